import { Argument, type Command } from "commander";
import { examples } from "./examples.ts";
import type { Shell } from "../completion/shell-scripts.ts";

/** `completion` prints a shell's script; the script asks `complete` at every press of Tab. */
export function addCompletionCommands(program: Command): void {
  program
    .command("completion")
    .description("print a script that completes commands and options in your shell")
    .addArgument(new Argument("<shell>", "your shell").choices(["bash", "zsh", "fish"]))
    .addHelpText("after", examples("source <(stephooks completion bash)", "stephooks completion fish | source"))
    .action(async (shell: Shell) => {
      const { shellScripts } = await import("../completion/shell-scripts.ts");
      process.stdout.write(shellScripts[shell]);
    });

  program
    .command("complete", { hidden: true })
    .description("answer the script that completion prints")
    .argument("[words...]", "the words so far, after --")
    .addHelpText("after", examples('stephooks complete -- build ""'))
    .action(async (words: readonly string[]) => {
      const { candidates } = await import("../completion/candidates.ts");
      const found = candidates(program, words);
      process.stdout.write(found.map(({ description, word }) => `${word}\t${description}\n`).join(""));
    });
}
