#!/usr/bin/env node
import { Console } from "node:console";
import { Command, CommanderError } from "commander";
import { isCodedError } from "@stephooks/core";
import { addBuildCommand } from "./commands/build.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addDevCommand } from "./commands/dev.ts";
import { examples } from "./commands/examples.ts";
import { addGraphCommand } from "./commands/graph.ts";
import { addKeysCommands } from "./commands/keys.ts";
import { addPreviewCommand } from "./commands/preview.ts";
import { addRoutesCommand } from "./commands/routes.ts";
import { addTemplateCommand } from "./commands/template.ts";

/*
 * `commands/` says what each command is called and takes; a command's code is imported when it runs: help and wrong
 * usage answer without loading esbuild and the AWS SDK.
 */

/** 0 done, 1 failed, 2 wrong usage. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

// Standard output carries the command's result only; what an app says while it is imported goes to standard error.
globalThis.console = new Console(process.stderr, process.stderr);

const program = new Command("stephooks")
  .description("Your codehooks app, in your own AWS account")
  .exitOverride()
  .showSuggestionAfterError()
  .addHelpText(
    "after",
    examples("stephooks dev", "stephooks build && sam deploy --guided -t .stephooks/build/template.yaml"),
  );

addDevCommand(program);
addBuildCommand(program);
addTemplateCommand(program);
addPreviewCommand(program);
addRoutesCommand(program);
addCheckCommand(program);
addGraphCommand(program);
addKeysCommands(program);

// What the app left open when it was imported must not keep the command alive.
process.exit(await exitCodeOf(program));

async function exitCodeOf(command: Command): Promise<number> {
  try {
    await command.parseAsync();
    // A command that did its work and found what is wrong says so.
    return process.exitCode === EXIT.failed ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const code = isCodedError(error) ? error.code : "failed";
    const message = error instanceof Error ? error.message : String(error);
    if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    else process.stderr.write(`${code}: ${message}\n`);
    return code === "bad-usage" ? EXIT.usage : EXIT.failed;
  }
}
