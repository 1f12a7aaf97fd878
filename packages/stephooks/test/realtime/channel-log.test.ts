import {
  drivenClock,
  interceptedDocuments,
  memoryDocumentStore,
  memoryKeyValueStore,
  seededRandom,
} from "@stephooks/contracts";
import { expect, test } from "vitest";
import { ChannelCursor, HOLE_WAIT } from "../../src/realtime/channel-cursor.ts";
import { SharedReader } from "../../src/realtime/shared-reader.ts";
import { type ChannelEvent, ChannelLog, RETENTION } from "../../src/realtime/channel-log.ts";

/** A channel whose stored events can be held back on their way. */
function channel() {
  const clock = drivenClock();
  const keyValues = memoryKeyValueStore({ clock });
  let writes = 0;
  let gate: Promise<void> | undefined;
  const documents = interceptedDocuments(
    memoryDocumentStore({ clock, random: seededRandom(1) }),
    async (operation, perform) => {
      if (operation !== "write-document") return perform();
      writes += 1;
      const held = gate;
      gate = undefined;
      await held;
      return perform();
    },
  );
  const log = new ChannelLog({ clock, documents, keyValues }, "chat");
  return {
    clock,
    keyValues,
    log,
    publish: (name: unknown) => log.append({ data: String(name), query: {} }),
    reader: (position = 0) => new ChannelCursor(log, clock, position),
    /** The next write waits until it is let go. */
    hold: (): (() => void) => {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return () => held.resolve();
    },
    writes: () => writes,
  };
}

/** The text that an event here consists of. */
function nameOf({ data }: ChannelEvent): string {
  return typeof data === "string" ? data : "no text";
}

/** All there is to read now. */
async function drained(cursor: ChannelCursor): Promise<readonly string[]> {
  const names: string[] = [];
  do names.push(...(await cursor.next()).map(nameOf));
  while (cursor.isBehind);
  return names;
}

const count = (total: number): readonly string[] => Array.from({ length: total }, (_, index) => String(index));

test("what many publish at once reaches a reader once each, whatever its place", async () => {
  const { log, publish, reader } = channel();
  await Promise.all(count(250).map((name) => publish(name)));
  const all = await drained(reader());
  expect(all.toSorted()).toEqual(count(250).toSorted());
  expect(await drained(reader(200))).toEqual(all.slice(200));
  expect(await drained(reader(await log.end()))).toEqual([]);
});

test("an event that is stored after a later one is waited for, and comes before it", async () => {
  const { hold, publish, reader } = channel();
  const cursor = reader();
  const letGo = hold();
  const late = publish("late");
  await publish("early");
  expect(await drained(cursor)).toEqual([]);
  expect(cursor.isWaiting).toBe(true);
  letGo();
  await late;
  expect(await drained(cursor)).toEqual(["late", "early"]);
  expect(cursor.isWaiting).toBe(false);
});

test("one that is too late for its number gets another: readers before and after see it once", async () => {
  const { clock, hold, publish, reader } = channel();
  const cursor = reader();
  const letGo = hold();
  const late = publish("late");
  await publish("early");
  expect(await drained(cursor)).toEqual([]);
  clock.advance(HOLE_WAIT);
  expect(await drained(cursor)).toEqual(["early"]);
  letGo();
  expect(await late).toBe(3);
  expect(await drained(cursor)).toEqual(["late"]);
  expect(await drained(reader())).toEqual(["early", "late"]);
});

test("a publisher that dies after it took its number holds nobody up for longer", async () => {
  const { clock, keyValues, publish, reader } = channel();
  await publish("first");
  await keyValues.add({ keyspace: "_stephooks-realtime", key: "chat" }, 1);
  await publish("third");
  const cursor = reader();
  expect(await drained(cursor)).toEqual(["first"]);
  clock.advance(HOLE_WAIT);
  expect(await drained(cursor)).toEqual(["third"]);
  expect(await drained(reader())).toEqual(["first", "third"]);
});

test("a reader that comes after the retention gets what is left, and writes next to nothing", async () => {
  const { clock, publish, reader, writes } = channel();
  for (const name of count(350)) await publish(name);
  clock.advance(RETENTION + 1);
  await publish("new");
  const before = writes();
  const cursor = reader(20);
  await drained(cursor);
  clock.advance(HOLE_WAIT);
  expect(await drained(cursor)).toEqual(["new"]);
  expect(writes()).toBe(before);
});

test("readers that come and go see every event once, whoever is late or dies (seeds 1 to 40)", async () => {
  for (let seed = 1; seed <= 40; seed += 1) await randomRun(seed);
});

/** Publishers with pauses at every call and some deaths; readers that go on at any number they have reached. */
async function randomRun(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const chance = (): number => (random.bytes(1)[0] ?? 0) / 256;
  const clock = drivenClock();
  const slow = async <Result>(operation: string, perform: () => Promise<Result>): Promise<Result> => {
    const turnsToWait = chance() < 0.1 ? 60 : Math.floor(chance() * 6);
    for (let turn = 0; turn < turnsToWait; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (operation === "write-document" && chance() < 0.05) throw new Error("died");
    return perform();
  };
  const keyValues = memoryKeyValueStore({ clock });
  const documents = interceptedDocuments(memoryDocumentStore({ clock, random: seededRandom(seed) }), slow);
  const log = new ChannelLog({ clock, documents, keyValues }, "chat");
  // Half of the runs share what they read, as the connections of one process do.
  const reader = seed % 2 === 0 ? log : new SharedReader(log, clock);
  const stored: string[] = [];
  const publishing = Promise.all(
    count(60).map(async (name) => {
      for (let turn = 0; turn < chance() * 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const done = await log.append({ data: name, query: {} }).then(
        () => true,
        () => false,
      );
      if (done) stored.push(name);
    }),
  );
  let published = false;
  void publishing.then(() => (published = true));
  const read = async (): Promise<readonly string[]> => {
    let cursor = new ChannelCursor(reader, clock, 0);
    const seen: string[] = [];
    for (let idle = 0; idle < 12;) {
      // A reader may die in its own write, too; another one goes on where it stood.
      const events = await cursor.next().catch(() => []);
      seen.push(...events.map(nameOf));
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
      if (chance() < 0.2) cursor = new ChannelCursor(reader, clock, cursor.position);
      const isDone = published && cursor.position === (await log.end());
      idle = isDone ? idle + 1 : 0;
    }
    return seen;
  };
  const [first, second] = await Promise.all([read(), read()]);
  expect(first?.toSorted(), `seed ${seed}`).toEqual(stored.toSorted());
  expect(second, `seed ${seed}`).toEqual(first);
}
