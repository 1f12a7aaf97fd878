import type { Command } from "commander";

/** What every command takes that is about a deployed app. */
export function withStack(command: Command): Command {
  return command
    .option("--stage <name>", "which deployment of the app")
    .option("--stack <name>", "name of the CloudFormation stack (default: of the app and the stage)")
    .option("--region <name>", "AWS region (default: what the AWS SDK finds)")
    .option("--json", "print one JSON object");
}
