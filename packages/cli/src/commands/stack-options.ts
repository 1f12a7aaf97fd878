import type { Command } from "commander";

/** What every command takes that is about a deployed app: which one, by a stage if there is a usual one, and how it answers. */
export function withStack(command: Command, stage?: string): Command {
  return command
    .option("--stage <name>", "the app deployed as this stage", stage)
    .option("--stack <name>", "the app deployed as this CloudFormation stack (default: named after app and stage)")
    .option("--region <name>", "AWS region of the stack (default: what the AWS SDK finds)")
    .option("--json", "print one JSON object");
}

/** What every verb takes that looks at a running app; without a stage it is the one that `stephooks dev` runs. */
export function withTarget(command: Command): Command {
  return withStack(
    command.option(
      "--app <folder>",
      "entry file or folder of the app: the one stephooks dev runs, unless a stage is named",
      ".",
    ),
  );
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
