import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export interface RunningCommand {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Options of Node. */
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it finds on standard input. */
  readonly input?: string;
}

/** The command in a process of its own, as a shell runs it; killed after the test if it still runs. */
export function startCommand(args: readonly string[], options: RunOptions = {}): RunningCommand {
  const command = spawnCommand(args, options);
  onTestFinished(() => void command.child.kill("SIGKILL"));
  return command;
}

/** The same, and whoever starts it ends it: for what several tests share. */
export function spawnCommand(args: readonly string[], options: RunOptions = {}): RunningCommand {
  const { env = {}, input, node = [], cwd } = options;
  const child = spawn(process.execPath, ["--conditions=source", ...node, main, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  // A command that ends without reading closes the pipe.
  child.stdin.on("error", () => {}).end(input ?? "");
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  return { child, output, ended: once(child, "close").then(([code]) => ({ code: exitCode(code), ...output })) };
}

export async function runCommand(
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return startCommand(args, options).ended;
}

function exitCode(code: unknown): number | null {
  return typeof code === "number" ? code : null;
}
