import { Console } from "node:console";
import { type Command, CommanderError } from "commander";
import { isCodedError } from "@stephooks/core";
import { CliError } from "./cli-error.ts";
import { commandOf } from "./completion/candidates.ts";
import { createProgram } from "./program.ts";
import { jsonText, printText } from "./printable.ts";

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
  const program = createProgram();
  try {
    await program.parseAsync(words, { from: "user" });
    return process.exitCode === undefined ? EXIT.done : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    // A command that only has others was called alone: its help is printed already.
    if (error instanceof CommanderError && error.code === "commander.help") return EXIT.usage;
    const isUsage = error instanceof CommanderError;
    const told = fileRefused(error) ?? error;
    const code = isUsage ? "bad-usage" : isCodedError(told) ? told.code : "failed";
    const message = isUsage ? usageText(error, commandOf(program, words)) : await messageOf(told);
    if (words.includes("--json")) printText(`${jsonText({ error: { code, message } })}\n`);
    else printText(`${code}: ${message}\n`, process.stderr);
    return code === "bad-usage" || code === "needs-write" ? EXIT.usage : EXIT.failed;
  }
}

/** What Node says of a file, which has a path; undefined for all else. */
function fileRefused(error: unknown): CliError | undefined {
  if (!(error instanceof Error && "syscall" in error && "path" in error)) return undefined;
  return new CliError(
    "file-refused",
    `${error.message}. See that the path can be what it is used for, and that you have rights to it and space; options such as --out and --data name other places.`,
    { path: String(error.path) },
    { cause: error },
  );
}

/** What the parser says, in one line with where to look: it writes `error: unknown option '--jsn'\n(Did you mean --json?)`. */
function usageText({ message }: CommanderError, command: Command): string {
  const [, wrong = "", meant] = /^(?:error: )?([^]*?)\.?(?:\s*\((Did you mean [^]*\?)\))?$/.exec(message) ?? [];
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return `${wrong}.${meant === undefined ? "" : ` ${meant}`} See ${names.join(" ")} --help.`;
}

/** A failure in the app's own code shows that code. esbuild, which formats it, was loaded to build it. */
async function messageOf(error: unknown): Promise<string> {
  if (error instanceof Error && error.cause instanceof Error && isCodedError(error) && error.code === "bundle-failed") {
    const { failureText } = await import("./dev-report.ts");
    return failureText(error);
  }
  return error instanceof Error ? error.message : String(error);
}
