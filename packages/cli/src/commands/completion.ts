import { Console } from "node:console";
import { Argument, type Command } from "commander";
import { examples } from "./examples.ts";

/**
 * `completion` prints a shell's script; the script asks `complete` at every press of Tab. `fresh` makes the tree of
 * commands that is completed.
 */
export function addCompletionCommands(program: Command, fresh: () => Command): void {
  program
    .command("completion")
    .description("print a script that completes commands and options in your shell")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .addHelpText("after", examples("source <(stephooks completion bash)", "stephooks completion fish | source"))
    .action(async (shell: string) => {
      const { default: completions } = await import("@bomb.sh/tab");
      toOutput(() => completions.setup("stephooks", "stephooks", shell));
    });

  program
    .command("complete", { hidden: true })
    .description("answer the script that completion prints")
    .argument("[words...]", "the words so far, after --")
    .addHelpText("after", examples('stephooks complete -- build ""'))
    .action(async (words: readonly string[]) => {
      const { default: tab } = await import("@bomb.sh/tab/commander");
      const completions = tab(fresh(), { completionCommandName: "completion" });
      toOutput(() => completions.parse([...words]));
    });
}

/** The library prints its result with `console.log`, which otherwise is not for results here. */
function toOutput(act: () => void): void {
  const other = globalThis.console;
  globalThis.console = new Console(process.stdout, process.stderr);
  try {
    act();
  } finally {
    globalThis.console = other;
  }
}
