import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { DeployOptions } from "../deploy/run-deploy.ts";

export function addDeployCommand(program: Command): void {
  program
    .command("deploy")
    .description("plan, then build and deploy the app as a stage of it")
    .argument("[entry]", "entry file or folder", ".")
    .option("--stage <name>", "which deployment of the app", "dev")
    .option("--stack <name>", "name of the CloudFormation stack (default: of the app and the stage)")
    .option("--region <name>", "AWS region (default: what the AWS SDK finds)")
    .option("--parameter <name=value>", "a value for a parameter of the template; may be given again", collect)
    .option("--dry-run", "print the plan and change nothing; also without credentials")
    .option("--via <tool>", "sam or cloudformation (default: sam when the SAM CLI is installed)")
    .option("--out <folder>", "where to build", ".stephooks/build")
    .option("--source-maps", "ship source maps, so that stacks in the logs name your files and lines")
    .option("--yes", "do not ask")
    .option("--json", "print one JSON object on the last line")
    .addHelpText("after", examples("stephooks deploy --dry-run", "stephooks deploy --stage prod --yes --json"))
    .action(async (entry: string, options: DeployOptions) =>
      (await import("../deploy/run-deploy.ts")).runDeploy(entry, options),
    );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
