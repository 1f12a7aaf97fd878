import type { Command } from "commander";

/** What every verb takes that looks at a running app: which one, and how it answers. */
export function withTarget(command: Command): Command {
  return command
    .option("--app <folder>", "entry file or folder of the app", ".")
    .option("--stage <name>", "the app deployed as this stage (default: the one that stephooks dev runs)")
    .option("--stack <name>", "the app deployed as this CloudFormation stack")
    .option("--region <name>", "AWS region of the stack")
    .option("--json", "print one JSON object");
}

/** The same for a verb that changes things: in production it needs `--write`. */
export function withWrites(command: Command): Command {
  return withTarget(command)
    .option("--write", "change things in production: a stage called prod or production needs it")
    .hook("preAction", async (_command, called) => {
      (await import("../production-guard.ts")).assertMayChange(called.opts());
    });
}

/** For options that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
