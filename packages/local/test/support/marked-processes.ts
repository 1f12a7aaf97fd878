import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { onTestFinished, vi } from "vitest";

/** Why tests that look for processes are skipped elsewhere. */
export const hasProc = process.platform === "linux";

/**
 * Puts a mark into the environment, which every process started from here on inherits, theirs included: whoever is
 * started is found by it, even when its parent is gone. `vi.unstubAllEnvs` takes it out again.
 */
export function markProcesses(): { readonly running: () => readonly number[] } {
  const mark = `STEPHOOKS_TEST_MARK=${randomUUID()}`;
  const [name = "", value = ""] = mark.split("=");
  vi.stubEnv(name, value);
  const running = (): readonly number[] =>
    readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(mark))
      .map(Number);
  // A test that fails because processes are left must not leave them.
  if (hasProc) onTestFinished(() => running().forEach((pid) => process.kill(pid, "SIGKILL")));
  return { running };
}

/** Empty for a process that ended, whether or not somebody has asked for its exit code. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}
