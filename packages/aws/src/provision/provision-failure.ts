import { AwsError } from "../aws-error.ts";
import { portErrorFrom } from "../sdk-failure.ts";

/** What provisioning rejects with. */
export function provisionFailure(error: unknown, name: string): AwsError {
  if (error instanceof AwsError) return error;
  const { message } = portErrorFrom(error, "Provisioning");
  return new AwsError(
    "provision-failed",
    `${message}. Check the endpoint and the credentials, then run it again: what exists is kept.`,
    { name },
    { cause: error },
  );
}
