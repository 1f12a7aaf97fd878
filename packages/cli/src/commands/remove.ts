import type { Command } from "commander";
import { examples } from "./examples.ts";
import { withStack } from "./stack-options.ts";
import type { RemoveOptions } from "../deploy/run-remove.ts";

export function addRemoveCommand(program: Command): void {
  withStack(program.command("remove").argument("[app]", "entry file or folder", "."))
    .description("remove a deployed app; its table, files and environment variables stay unless told")
    .option("--delete-data", "delete those, too: nobody can bring them back")
    .option("--confirm <stack>", "with --delete-data: the stack's name, where nobody can type it")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      examples(
        "stephooks remove --stage test",
        "stephooks remove --stage test --delete-data --confirm shop-test --yes",
      ),
    )
    .action(async (app: string, options: RemoveOptions) =>
      (await import("../deploy/run-remove.ts")).runRemove(app, options),
    );
}
