import { Console } from "node:console";
import { CommanderError } from "commander";
import { isCodedError } from "@stephooks/core";
import { createProgram } from "./program.ts";

/** 0 done, 1 failed, 2 wrong usage. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Runs the command that these words are, and ends the process. */
export async function runProgram(words: readonly string[]): Promise<never> {
  // Standard output carries the command's result only; what an app says while it is imported goes to standard error.
  globalThis.console = new Console(process.stderr, process.stderr);
  // What the app left open when it was imported must not keep the command alive.
  return process.exit(await exitCodeOf(words));
}

async function exitCodeOf(words: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(words, { from: "user" });
    return process.exitCode === undefined ? EXIT.done : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const code = isCodedError(error) ? error.code : "failed";
    const message = await messageOf(error);
    if (words.includes("--json")) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    else process.stderr.write(`${code}: ${message}\n`);
    return code === "bad-usage" || code === "needs-write" ? EXIT.usage : EXIT.failed;
  }
}

/** A failure in the app's own code shows that code. esbuild, which formats it, was loaded to build it. */
async function messageOf(error: unknown): Promise<string> {
  if (error instanceof Error && error.cause instanceof Error && isCodedError(error) && error.code === "bundle-failed") {
    const { failureText } = await import("./dev-report.ts");
    return failureText(error);
  }
  return error instanceof Error ? error.message : String(error);
}
