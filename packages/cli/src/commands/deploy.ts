import type { Command } from "commander";
import { examples } from "./examples.ts";
import { collect, withStack } from "./stack-options.ts";
import type { DeployOptions } from "../deploy/run-deploy.ts";

export function addDeployCommand(program: Command): void {
  withStack(program.command("deploy").argument("[entry]", "entry file or folder", "."), "dev")
    .description("plan, then build and deploy the app as a stage of it")
    .option("--parameter <name=value>", "a value for a parameter of the template; may be given again", collect)
    .option("--dry-run", "print the plan and change nothing; also without credentials")
    .option("--via <tool>", "sam or cloudformation (default: sam when the SAM CLI is installed)")
    .option("--out <folder>", "where to build", ".stephooks/build")
    .option("--source-maps", "ship the source maps instead of keeping them here; functions start slower")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("stephooks deploy --dry-run", "stephooks deploy --stage prod --yes --json"))
    .action(async (entry: string, options: DeployOptions) =>
      (await import("../deploy/run-deploy.ts")).runDeploy(entry, options),
    );
}
