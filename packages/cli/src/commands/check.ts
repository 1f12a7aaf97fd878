import type { Command } from "commander";
import { examples } from "./examples.ts";

export function addCheckCommand(program: Command): void {
  program
    .command("check")
    .description("find mistakes in workflows, configuration and template before anything runs")
    .argument("[entry]", "entry file or folder", ".")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks check", "stephooks check apps/orders --json"))
    .action(async (entry: string, options: { readonly json?: true }) =>
      (await import("../run-check.ts")).runCheck(entry, options),
    );
}
