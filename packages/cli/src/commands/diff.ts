import type { Command } from "commander";
import { examples } from "./examples.ts";
import { withStack } from "./stack-options.ts";
import type { StackOptions } from "../deploy/stack-target.ts";

export function addDiffCommand(program: Command): void {
  withStack(program.command("diff").argument("[entry]", "entry file or folder", "."))
    .description("tell what deploying would change: routes, workflows and their steps, queues, schedules, permissions")
    .addHelpText("after", examples("stephooks diff --stage prod", "stephooks diff apps/orders --stage prod --json"))
    .action(async (entry: string, options: StackOptions) =>
      (await import("../deploy/run-diff.ts")).runDiff(entry, options),
    );
}
