import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export interface TerminalOptions {
  readonly cwd: string;
  /** Beside this process's own, without what it says about colours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keys that are pressed, one entry after the other, each when the text has appeared since the last. */
  readonly keys?: readonly (readonly [after: string, keys: string])[];
}

/** Until everything has been asked and the command has ended, milliseconds. */
const LIMIT = 60_000;

/**
 * The command on a terminal of its own, which `script` (of util-linux, in every Debian) makes. Standard output and
 * standard error are the terminal, so they come together.
 */
export async function inTerminal(
  args: readonly string[],
  { cwd, env = {}, keys = [] }: TerminalOptions,
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const words = [process.execPath, "--conditions=source", main, ...args].map(
    (word) => `'${word.replaceAll("'", "'\\''")}'`,
  );
  // A pseudo-terminal begins without a size; programs draw for one.
  const command = `stty cols 120 rows 40; exec ${words.join(" ")}`;
  const { CI: _ci, FORCE_COLOR: _force, NO_COLOR: _no, ...own } = process.env;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd,
    env: { ...own, TERM: "xterm-256color", SHELL: "/bin/sh", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT);
  let screen = "";
  let answered = 0;
  const left = [...keys];
  child.stdin.on("error", () => {});
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    const [next] = left;
    if (next === undefined || !screen.slice(answered).includes(next[0])) return;
    answered = screen.length;
    left.shift();
    child.stdin.write(next[1]);
  });
  const [code]: unknown[] = await once(child, "close");
  clearTimeout(timer);
  if (left.length > 0) throw new Error(`never asked: ${left.map(([after]) => after).join(", ")}\n${screen}`);
  return { code: typeof code === "number" ? code : null, screen: screen.replaceAll("\r\n", "\n") };
}

/** What everything begins with that colours text or moves the cursor (ECMA-48, control sequence introducer). */
export const ESCAPE = "\u001b[";
