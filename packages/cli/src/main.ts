#!/usr/bin/env node
import { Console } from "node:console";
import { type Command, CommanderError } from "commander";
import { isCodedError } from "@stephooks/core";
import { createProgram } from "./program.ts";

/** 0 done, 1 failed, 2 wrong usage. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

// Standard output carries the command's result only; what an app says while it is imported goes to standard error.
globalThis.console = new Console(process.stderr, process.stderr);

// What the app left open when it was imported must not keep the command alive.
process.exit(await exitCodeOf(createProgram()));

async function exitCodeOf(command: Command): Promise<number> {
  try {
    await command.parseAsync();
    // A command that has told its result, but did not do all of it, says so here.
    return process.exitCode === undefined ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const code = isCodedError(error) ? error.code : "failed";
    const message = error instanceof Error ? error.message : String(error);
    if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    else process.stderr.write(`${code}: ${message}\n`);
    return code === "bad-usage" ? EXIT.usage : EXIT.failed;
  }
}
