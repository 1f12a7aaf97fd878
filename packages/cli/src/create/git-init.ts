import { execFileSync } from "node:child_process";

/** Makes the folder a Git repository unless it is in one. False when there is none in the end, for lack of Git, say. */
export function gitInit(folder: string): boolean {
  if (runs(folder, "rev-parse", "--is-inside-work-tree")) return true;
  return runs(folder, "init", "--quiet");
}

function runs(cwd: string, ...args: readonly string[]): boolean {
  try {
    execFileSync("git", args, { cwd, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
