#!/usr/bin/env node
import { Console } from "node:console";
import { Command, CommanderError } from "commander";
import { isCodedError } from "@stephooks/core";
import { addBootstrapCommand } from "./commands/bootstrap.ts";
import { addBuildCommand } from "./commands/build.ts";
import { addDeployCommand } from "./commands/deploy.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addDiffCommand } from "./commands/diff.ts";
import { addEnvCommands } from "./commands/env.ts";
import { examples } from "./commands/examples.ts";
import { addKeysCommands } from "./commands/keys.ts";
import { addRemoveCommand } from "./commands/remove.ts";
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
  .addHelpText("after", examples("stephooks dev", "stephooks deploy --stage prod"));

addDevCommand(program);
addBuildCommand(program);
addTemplateCommand(program);
addRoutesCommand(program);
addKeysCommands(program);
addBootstrapCommand(program);
addDeployCommand(program);
addDiffCommand(program);
addRemoveCommand(program);
addEnvCommands(program);

// What the app left open when it was imported must not keep the command alive.
process.exit(await exitCodeOf(program));

async function exitCodeOf(command: Command): Promise<number> {
  try {
    await command.parseAsync();
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const code = isCodedError(error) ? error.code : "failed";
    const message = error instanceof Error ? error.message : String(error);
    if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    else process.stderr.write(`${code}: ${message}\n`);
    return code === "bad-usage" ? EXIT.usage : EXIT.failed;
  }
}
