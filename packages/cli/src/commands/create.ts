import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { CreateOptions } from "../create/run-create.ts";

export function addCreateCommand(program: Command): void {
  program
    .command("create")
    .description("begin a new app in a folder of its own")
    .argument("[dir]", "an empty folder, or one that is not there yet (default: stephooks-app)")
    .option("--template <name>", "blank, webhook, crud, approval, cron or static (default: blank)")
    .option("--no-git", "do not make it a Git repository")
    .option("--json", "print one JSON object, ask nothing")
    .addHelpText("after", examples("stephooks create my-app", "stephooks create shop --template crud --json"))
    .action(async (dir: string | undefined, options: CreateOptions) =>
      (await import("../create/run-create.ts")).runCreate(dir, options),
    );
}
