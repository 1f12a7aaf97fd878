import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { hasProc, markProcesses } from "./support/marked-processes.ts";
import { fixture } from "./support/started-stack.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { until } from "./support/until.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The parent, its three processes and the DynamoDB emulator's program. */
const ALL = 5;

function startParent(bundle: string): ChildProcess {
  const parent = spawn(process.execPath, ["--conditions=source", fixture("parent.ts"), bundle, temporaryFolder()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void parent.kill("SIGKILL"));
  return parent;
}

describe.skipIf(!hasProc)("when the parent is gone its processes go (needs /proc)", () => {
  test("SIGKILL while it serves", async () => {
    const { running } = markProcesses();
    const parent = startParent(fixture("laps-app.ts"));
    if (parent.stdout === null) throw new Error("no pipe");
    await once(parent.stdout, "data");
    expect(running()).toHaveLength(ALL);
    parent.kill("SIGKILL");
    await until("no process is left", () => running().length === 0);
  });

  test("SIGKILL while a process is still starting", async () => {
    const gate = join(temporaryFolder(), "gate");
    vi.stubEnv("GATE", gate);
    const { running } = markProcesses();
    const parent = startParent(fixture("gated-handler.ts"));
    await until("all processes run, the worker waiting at the gate", () => running().length === ALL);
    parent.kill("SIGKILL");
    await once(parent, "exit");
    writeFileSync(gate, "");
    await until("no process is left", () => running().length === 0);
  });
});
