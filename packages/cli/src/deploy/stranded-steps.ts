import { createControlPlaneClients } from "@stephooks/aws/deploy";
import type { AppManifest } from "@stephooks/core";
import { CliError } from "../cli-error.ts";
import { readDeployedApp, checkSteps } from "./deployed-app.ts";
import type { LiveStep } from "./removed-steps.ts";
import { signedIn } from "./signed-in.ts";
import { type StackOptions, stackTarget } from "./stack-target.ts";

/**
 * Steps that are deployed as a stage, that a build lacks, and on which instances stand. Reads only.
 *
 * @throws CliError `bad-usage`, `not-signed-in`, `unknown-stack`, `not-stephooks`; PortError when AWS does not answer.
 */
export async function strandedSteps(
  given: string,
  build: AppManifest,
  options: StackOptions,
): Promise<readonly LiveStep[]> {
  const { stack } = stackTarget(given, options);
  const clients = createControlPlaneClients(options.region === undefined ? {} : { region: options.region });
  try {
    const { account, region } = await signedIn(clients);
    const deployed = await readDeployedApp(clients, stack);
    if (deployed === undefined) {
      throw new CliError(
        "unknown-stack",
        `There is no stack ${stack} in account ${account}, ${region}. Name another with --stack or --region, or check without a stage.`,
        { stack },
      );
    }
    const { live, note } = await checkSteps(deployed, build, options.region);
    if (note !== undefined) throw new CliError("not-stephooks", `${stack}: ${note}`, { stack });
    return live;
  } finally {
    clients.destroy();
  }
}
