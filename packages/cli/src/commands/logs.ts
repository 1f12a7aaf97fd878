import type { Command } from "commander";
import type { LogsOptions } from "../logs/run-logs.ts";
import { examples } from "./examples.ts";
import { withTarget } from "./stack-options.ts";

export function addLogsCommand(program: Command): void {
  withTarget(program.command("logs"))
    .description("print the app's log in the order of time: with --json one object a line")
    .option("-f, --follow", "go on with what comes, until Ctrl-C")
    .option("--instance <id>", "only what is about this instance of a workflow")
    .option("--request <id>", "only what is about this request")
    .option("--level <level>", "only lines from this level up: debug, info, warn or error")
    .option("--since <duration>", "only lines of the last 10m, 2h or 3d", "1h")
    .addHelpText(
      "after",
      examples("stephooks logs --follow", "stephooks logs --instance 01JQ8ZK3M6 --stage prod --since 3d --json"),
    )
    .action(async (options: LogsOptions) => (await import("../logs/run-logs.ts")).runLogs(options));
}
