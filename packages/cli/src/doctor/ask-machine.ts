import { execFileSync } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:net";

/** Time for a program to tell its version, milliseconds. */
const LIMIT = 5_000;

/** What a program prints; undefined when it is not there or fails. */
export function outputOf(program: string, args: readonly string[], cwd: string): string | undefined {
  try {
    return execFileSync(program, args, {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: LIMIT,
      // npm and sam are scripts on Windows, which only a shell finds. Every word is ours.
      shell: process.platform === "win32",
    });
  } catch {
    return undefined;
  }
}

/** Why nobody can listen on this port of loopback; undefined when one can. */
export async function listenFailure(server: Server, port: number): Promise<Error | undefined> {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
