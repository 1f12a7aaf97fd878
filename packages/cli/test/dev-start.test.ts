import { existsSync, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startDev } from "./support/dev-command.ts";
import { greetingApp, temporaryApp, writeFiles } from "./support/temporary-app.ts";
import { until } from "./support/until.ts";

// A busy machine takes seconds to start a stack's processes; what is waited for has its own deadline.
vi.setConfig({ testTimeout: 120_000 });

/** Registers more than the greeting: a queue must be there for its worker. */
const jobsApp = `import { app, Datastore } from "stephooks";
app.worker("count", (req, res) => { console.log("counted", req.body.payload.number); res.end(); });
app.post("/jobs", async (req, res) => {
  const db = await Datastore.open();
  await db.enqueue("count", { number: 7 });
  res.json({ queued: true });
});
export default app.init();
`;

test("an app that registers something else than the last time starts as what it is now", async () => {
  const cwd = temporaryApp({ "index.ts": greetingApp });
  const first = await startDev([], { cwd });
  await first.stop();
  expect(existsSync(join(cwd, ".stephooks/manifest.json"))).toBe(true);
  writeFiles(cwd, { "index.ts": jobsApp });
  const second = await startDev([], { cwd });
  expect((await fetch(`${second.url}/hello`)).status).toBe(404);
  expect((await fetch(`${second.url}/jobs`, { method: "POST" })).status).toBe(200);
  await until(async () => expect(second.command.output.stderr).toContain("counted"));
  await second.stop();
});

test.each([`{"workflows":`, `{"workflows":[1],"workers":[null]}`])(
  "what was kept of the last time may be broken: %s",
  async (kept) => {
    const cwd = temporaryApp({ "index.ts": greetingApp, ".stephooks/manifest.json": kept });
    const dev = await startDev([], { cwd });
    expect(await (await fetch(`${dev.url}/hello`)).json()).toEqual({ hello: "world" });
    await dev.stop();
  },
);

/** What every process of the command has in its environment, theirs included. */
const MARK = "STEPHOOKS_TEST_MARK";

function running(mark: string): readonly number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(`${MARK}=${mark}`))
    .map(Number);
}

/** Empty for a process that ended. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

test.skipIf(process.platform !== "linux")(
  "SIGKILL of the command leaves no process, those at hand for the next version included (needs /proc)",
  async () => {
    const cwd = temporaryApp({ "index.ts": greetingApp });
    const mark = randomUUID();
    onTestFinished(() => running(mark).forEach((pid) => process.kill(pid, "SIGKILL")));
    const dev = await startDev([], { cwd, env: { [MARK]: mark } });
    writeFiles(cwd, { "index.ts": greetingApp.replace("world", "moon") });
    expect(await dev.next()).toMatchObject({ event: "reloaded" });
    // The command, esbuild, the emulators and DynamoDB's program, two processes that serve and two at hand.
    await until(async () => expect(running(mark).length).toBeGreaterThanOrEqual(8));
    const { child } = dev.command;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await until(async () => expect(running(mark)).toEqual([]));
  },
);
