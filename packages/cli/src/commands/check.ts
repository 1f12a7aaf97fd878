import type { Command } from "commander";
import type { StackOptions } from "../deploy/stack-target.ts";
import { examples } from "./examples.ts";
import { withStack } from "./stack-options.ts";

export function addCheckCommand(program: Command): void {
  withStack(program.command("check").argument("[entry]", "entry file or folder", "."))
    .description(
      "find mistakes in workflows, configuration and template before anything runs; with a stage also steps that its instances still need",
    )
    .addHelpText(
      "after",
      examples("stephooks check", "stephooks check apps/orders --json", "stephooks check --stage prod"),
    )
    .action(async (entry: string, options: StackOptions) => (await import("../run-check.ts")).runCheck(entry, options));
}
