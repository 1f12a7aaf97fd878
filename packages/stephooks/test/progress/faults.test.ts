import { type PortOperation, seededRandom } from "@stephooks/contracts";
import { PortError } from "@stephooks/core";
import { expect, test } from "vitest";
import type { ProgressEvent } from "../../src/index.ts";
import { turns } from "../realtime/realtime-world.ts";
import { progressWorld, read, words } from "./progress-world.ts";

const STEPS = ["a", "b", "c"] as const;

/** What a run of faults did: everything a watcher saw that came again and again, and what is stored. */
async function faultyRun(seed: number) {
  const random = seededRandom(seed);
  const chance = (): number => (random.bytes(1)[0] ?? 0) / 256;
  const seen: ProgressEvent[] = [];
  let isWatched = false;
  let faults = 0;
  // Calls since the last fault: a message may fail, but not so often that it becomes a dead letter.
  let calls = 0;
  const isDue = (): boolean => calls > 9 && chance() < 0.2;
  const fault = (mayHaveApplied: boolean): PortError => {
    faults += 1;
    calls = 0;
    return new PortError(mayHaveApplied ? "timeout" : "throttled", "injected");
  };
  // At every call of the worker: first the watcher may look, then the call may fail, before or after it has happened.
  const world = progressWorld(
    Object.fromEntries(
      STEPS.map((step, index) => [
        step,
        async (state: Readonly<Record<string, unknown>>, goto, _wait, { emit }) => {
          await Promise.all([emit(`${step}1`), emit(`${step}2`)]);
          const turn = Number(state["turn"] ?? 0);
          return goto(index === 2 && turn === 5 ? null : (STEPS[(index + 1) % 3] ?? "a"), { turn: turn + 1 });
        },
      ]),
    ),
    {
      intercept: async (_operation: PortOperation, perform) => {
        if (!isWatched) return perform();
        isWatched = false;
        if (chance() < 0.4) seen.push(...(await read(world, "i", seen.at(-1)?.id)));
        isWatched = true;
        calls += 1;
        if (isDue()) throw fault(false);
        const result = await perform();
        if (isDue()) throw fault(true);
        return result;
      },
    },
  );
  await world.w.start({}, { id: "i" });
  isWatched = true;
  await world.app.run();
  isWatched = false;
  seen.push(...(await read(world, "i", seen.at(-1)?.id)));
  return { faults, seen, world };
}

/** Reports as they are stored, read without any code of this package. */
async function storedReports({ app }: Awaited<ReturnType<typeof faultyRun>>["world"]): Promise<readonly unknown[]> {
  const found: { readonly id: string; readonly data: unknown }[] = [];
  for await (const page of app.documents.list({ collection: "_stephooks-progress" })) {
    found.push(...page.map(({ document, id }) => ({ id: id.split("/")[2] ?? "", data: document["data"] })));
  }
  const placeOf = (id: string): number => id.split(".").reduce((sum, part) => sum * 1_000 + Number(part), 0);
  return found
    .toSorted((left, right) => placeOf(left.id) - placeOf(right.id))
    .map(({ id, data }) => `${id} ${JSON.stringify(data)}`);
}

test("whatever fails, a watcher sees each transition and each stored report once, in order, and the end", async () => {
  const first = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  let faults = 0;
  let again = 0;
  for (let seed = first; seed < first + 60; seed += 1) {
    const run = await faultyRun(seed);
    faults += run.faults;
    const where = `SEED=${seed}`;
    const head = run.world.app.store.heads().find(({ id }) => id === "i");
    expect(head, where).toMatchObject({ status: "completed" });
    const seqs = run.seen.flatMap((event) => (event.type === "transition" ? [event.seq] : []));
    expect(seqs, where).toEqual(Array.from({ length: head?.seq ?? 0 }, (_, index) => index + 1));
    const reports = run.seen.flatMap((event) =>
      event.type === "progress" ? [`${event.id} ${JSON.stringify(event.data)}`] : [],
    );
    expect(reports, where).toEqual(await storedReports(run.world));
    again += reports.length - 2 * seqs.length;
    expect(run.seen.at(-1), where).toMatchObject({ type: "status", status: "completed", ended: true });
    const live = run.seen.filter(({ type }) => type !== "status");
    expect(await read(run.world, "i"), where).toMatchObject([...live, { type: "status" }]);
  }
  // Faults were felt: some bodies ran again, and said so again.
  expect(faults).toBeGreaterThan(100);
  expect(again).not.toBe(0);
}, 60_000);

test("a process that dies between its commit and everything after it has told all the same", async () => {
  let dead = false;
  const world = progressWorld(
    { a: (_state, goto, _wait, { emit }) => (void emit("half"), goto("b")), b: (_state, goto) => goto(null) },
    {
      intercept: (operation, perform) => {
        // The wake of the committed transition is never sent.
        if (dead && operation === "send") return new Promise(() => {});
        return perform();
      },
    },
  );
  await world.w.start({}, { id: "i" });
  dead = true;
  void world.app.deliver();
  await world.pass(500);
  expect(words(await read(world, "i"))).toEqual(['0.1 a "half"', "1 goto a", "= running b"]);
  dead = false;
  await world.app.run();
  expect(words(await read(world, "i", "1.0"))).toEqual(["2 end b", "= completed b"]);
});

test("a store of reports that is down fails no step, and is logged", async () => {
  const lines: string[] = [];
  const world = progressWorld(
    { a: async (_state, goto, _wait, { emit }) => (await emit(1), goto(null)) },
    {
      intercept: (operation, perform) => {
        if (operation === "write-document") throw new PortError("unavailable", "down");
        return perform();
      },
      logger: { log: (level, event) => void lines.push(`${level} ${event}`) },
    },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  expect(words(await read(world, "i"))).toEqual(["1 end a", "= completed a"]);
  expect(lines).toEqual(["warn report of progress dropped"]);
});

test("what nobody awaits is stored before the transition, however slow the store", async () => {
  const world = progressWorld(
    { a: (_state, goto, _wait, { emit }) => (void emit(1), void emit(2), goto(null)) },
    {
      intercept: async (operation, perform) => {
        if (operation === "write-document") await turns();
        return perform();
      },
    },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  expect(words(await read(world, "i"))).toEqual(["0.1 a 1", "0.2 a 2", "1 end a", "= completed a"]);
});

test("a report whose answer was lost is there once", async () => {
  let isLost = true;
  const world = progressWorld(
    { a: async (_state, goto, _wait, { emit }) => (await emit(1), await emit(2), goto(null)) },
    {
      intercept: async (operation, perform) => {
        const result = await perform();
        if (operation !== "write-document" || !isLost) return result;
        isLost = false;
        throw new PortError("timeout", "no answer");
      },
    },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  expect(words(await read(world, "i"))).toEqual(["0.1 a 1", "0.2 a 2", "1 end a", "= completed a"]);
});

test("a stream that cannot read ends, and the next one goes on behind its last event", async () => {
  let isDown = false;
  const world = progressWorld(
    { a: (state, goto, wait) => (state["go"] === true ? goto(null) : wait()) },
    {
      intercept: (operation, perform) => {
        if (isDown && operation === "read-documents") throw new PortError("unavailable", "down");
        return perform();
      },
    },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const browser = await world.watch("i");
  await world.pass(500);
  isDown = true;
  await world.pass(1_000);
  await browser.ended;
  isDown = false;
  await world.w.updateState("i", { go: true });
  await world.app.run();
  const again = await world.watch("i", { lastEventId: browser.lastEventId() });
  await again.ended;
  expect(words([...browser.data(), ...again.data()])).toEqual([
    "1 wait a",
    "= waiting a",
    "2 continue a",
    "3 end a",
    "= completed a",
  ]);
});
