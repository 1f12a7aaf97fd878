import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { BootstrapOptions } from "../deploy/run-bootstrap.ts";

export function addBootstrapCommand(program: Command): void {
  program
    .command("bootstrap")
    .description("make what deploy needs, once an account and region: a bucket for code, policies for who deploys")
    .option("--stacks <names>", "names of the stacks the policies are for, such as shop-*")
    .option("--region <name>", "AWS region (default: what the AWS SDK finds)")
    .option("--print", "print the template and change nothing")
    .option("--yes", "do not ask")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks bootstrap", 'stephooks bootstrap --stacks "shop-*" --yes'))
    .action(async (options: BootstrapOptions) => (await import("../deploy/run-bootstrap.ts")).runBootstrap(options));
}
