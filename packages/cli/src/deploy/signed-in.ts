import { type CallerIdentity, callerIdentity, type ControlPlaneClients } from "@stephooks/aws/deploy";
import { PortError } from "@stephooks/core";
import { CliError } from "../cli-error.ts";

/** Who asks, and where. @throws CliError `not-signed-in` with what the AWS SDK says. */
export async function signedIn({ sts }: ControlPlaneClients): Promise<CallerIdentity> {
  try {
    return await callerIdentity(sts);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new CliError(
      "not-signed-in",
      `AWS cannot be asked: ${reason.replace(/\.?$/, ".")} Sign in (aws sso login, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), and name the region with --region or AWS_REGION.`,
      {},
      { cause: error.cause ?? error },
    );
  }
}
