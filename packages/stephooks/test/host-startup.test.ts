import { drivenClock, memoryDocumentStore, seededRandom } from "@stephooks/contracts";
import { PortError } from "@stephooks/core";
import { expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { createStartup, startupMove, type StartupCallback } from "../src/host/startup.ts";
import { appWorld } from "./support/app-world.ts";

const START = Date.UTC(2026, 0, 1);

function world() {
  const driven = drivenClock(START);
  const clock = {
    ...driven,
    /** Lets time pass, and what it woke go on. */
    advance: async (milliseconds: number) => {
      driven.advance(milliseconds);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const documents = memoryDocumentStore({ clock, random: seededRandom(1) });
  /** A process of the deployment, with its own callback. */
  const starting = (callback: StartupCallback, deployment = "d1") =>
    createStartup({ callback, deployment: async () => deployment, documents, clock });
  return { clock, starting };
}

test.each([
  ["nothing", undefined, "run"],
  ["done", { state: "done" }, "done"],
  ["running, lease held", { state: "running", until: START + 1 }, "wait"],
  ["running, lease over", { state: "running", until: START }, "run"],
  ["failed", { state: "failed", until: 0 }, "run"],
  ["unreadable", { state: "running", until: "soon" }, "run"],
] as const)("an item that says %s: %s", (_what, item, move) => {
  expect(startupMove(item, START)).toBe(move);
});

test("it runs once for a deployment, in whichever process comes first, and again for the next deployment", async () => {
  const { starting } = world();
  const ran: string[] = [];
  const first = starting(() => ran.push("first"));
  await first(START + 60_000);
  await first(START + 60_000);
  await starting(() => ran.push("second"))(START + 60_000);
  expect(ran).toEqual(["first"]);
  await starting(() => ran.push("next"), "d2")(START + 60_000);
  expect(ran).toEqual(["first", "next"]);
});

test("who comes while it runs waits until it is done", async () => {
  const { clock, starting } = world();
  const gate = Promise.withResolvers<void>();
  const ran: string[] = [];
  const runs = starting(() => gate.promise.then(() => ran.push("first")))(START + 60_000);
  let served = false;
  const waits = starting(() => ran.push("second"))(START + 60_000).then(() => (served = true));
  for (let look = 0; look < 5; look++) await clock.advance(100);
  expect(served).toBe(false);
  gate.resolve();
  await runs;
  await clock.advance(100);
  await waits;
  expect(ran).toEqual(["first"]);
});

test("who cannot wait any longer is told to come again", async () => {
  const { clock, starting } = world();
  void starting(() => new Promise(() => {}))(START + 60_000);
  const waits = expect(starting(() => {})(START + 150)).rejects.toMatchObject({ code: "startup-pending" });
  for (let look = 0; look < 3; look++) await clock.advance(100);
  await waits;
});

test("a throw refuses the event, and the next event runs it again", async () => {
  const { starting } = world();
  let calls = 0;
  const startup = starting(() => {
    calls += 1;
    if (calls === 1) throw new Error("no schema");
  });
  await expect(startup(START + 60_000)).rejects.toMatchObject({
    code: "startup-failed",
    message: expect.stringContaining("no schema"),
  });
  await startup(START + 60_000);
  await startup(START + 60_000);
  expect(calls).toBe(2);
});

test("a process that ended while it ran it is replaced when its lease is over", async () => {
  const { clock, starting } = world();
  void starting(() => new Promise(() => {}))(START + 1_000);
  const ran: string[] = [];
  const waits = starting(() => ran.push("second"))(START + 60_000);
  for (let look = 0; look < 70; look++) await clock.advance(100);
  await waits;
  expect(ran).toEqual(["second"]);
});

test("events that come together in one process share one run", async () => {
  const { starting } = world();
  let calls = 0;
  const startup = starting(async () => {
    calls += 1;
    await Promise.resolve();
  });
  await Promise.all([startup(START + 60_000), startup(START + 60_000), startup(START + 60_000)]);
  expect(calls).toBe(1);
});

test("what a callback threw is told also when the table cannot note that it failed", async () => {
  const { clock } = world();
  const stored = memoryDocumentStore({ clock, random: seededRandom(1) });
  let writes = 0;
  const documents: typeof stored = {
    ...stored,
    write: async (write) => {
      writes += 1;
      if (writes > 1) throw new PortError("throttled", "slow down");
      return stored.write(write);
    },
  };
  const callback = () => Promise.reject(new Error("no schema"));
  const startup = createStartup({ callback, deployment: async () => "d1", documents, clock });
  await expect(startup(START + 60_000)).rejects.toMatchObject({
    code: "startup-failed",
    cause: { message: "no schema" },
  });
});

test("the log says where the code of an app failed whose failure nobody waits for", async () => {
  const app = createApp();
  app.get("/", (_req, res) => res.end());
  const only = async (_state: unknown, goto: (next: null) => Promise<void>) => goto(null);
  const w = app.createWorkflow("w", "", { only });
  w.on("completed", function careless() {
    throw new Error("no mail", { cause: new Error("no server") });
  });
  app.post("/start", async (_req, res) => res.json(await w.start({})));
  let fails = true;
  const handler = app.init(function prepare() {
    if (fails) throw new Error("no schema", { cause: new Error("no table") });
  });
  const lines: string[] = [];
  const served = appWorld(handler, {
    logger: { log: (_level, event, { stack } = {}) => void lines.push(`${event} ${stack}`) },
  });
  await served.ask("GET", "/");
  fails = false;
  await served.ask("POST", "/start");
  await served.run();
  expect(lines).toEqual([
    expect.stringMatching(/^app.init callback has not run .*no schema.*caused by .*no table/s),
    expect.stringMatching(/^a workflow listener failed Error: no mail.*careless.*caused by Error: no server/s),
  ]);
});
