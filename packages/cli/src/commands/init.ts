import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { InitOptions } from "../create/run-create.ts";

export function addInitCommand(program: Command): void {
  program
    .command("init")
    .description("add an app to a project; nothing that is there is overwritten")
    .argument("[dir]", "the project's folder", ".")
    .option("--template <name>", "blank, webhook, crud, approval, cron or static (default: blank)")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks init", "stephooks init services/hooks --template webhook --json"))
    .action(async (dir: string, options: InitOptions) =>
      (await import("../create/run-create.ts")).runInit(dir, options),
    );
}
