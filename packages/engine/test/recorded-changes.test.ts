import { encodeState, type HistoryEntry, type InstanceHead, type RecordedChange } from "@stephooks/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordedChanges } from "../src/record-changes.ts";
import { readHistory } from "../src/read-history.ts";
import type { StepFunction } from "../src/step-function.ts";
import { replaceState, updateInstance } from "../src/update-instance.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, headWith } from "./support/bench.ts";

const ID = "order-1";

function recorded(head: Partial<InstanceHead>, set: object, remove: readonly string[] = []) {
  const on = headWith({ keepsChanges: true, ...head });
  return recordedChanges(on, { kind: "keys", set: encodeState(set).entries, remove });
}

describe("the entry of a transition", () => {
  const state = new Map([
    ["tries", "1"],
    ["token", '"t-1"'],
  ]);

  test("says what came, what is another, and what went", () => {
    expect(recorded({ state }, { paid: true, tries: 2 }, ["token", "nothing"])).toEqual({
      changes: [
        { key: "paid", after: "true" },
        { key: "tries", before: "1", after: "2" },
        { key: "token", before: '"t-1"' },
        { key: "nothing" },
      ],
    });
  });

  test("says nothing where nothing was written, or the instance does not keep it", () => {
    expect(recorded({ state }, {})).toEqual({});
    expect(recorded({ state, keepsChanges: false }, { paid: true })).toEqual({});
  });

  test("shortens long values, and never in the middle of a character", () => {
    const [change] = recorded({}, { long: `${"x".repeat(46)}💳${"x".repeat(40)}` }).changes ?? [];
    expect(change).toEqual({ key: "long", after: `"${"x".repeat(46)}…` });
    expect(recorded({}, { fits: "x".repeat(58) }).changes).toEqual([{ key: "fits", after: `"${"x".repeat(58)}"` }]);
  });

  test("tells of a marked key only that it changed", () => {
    const redact = ["token"];
    expect(recorded({ state, redact }, { token: "t-2", other: 1 }).changes).toEqual([
      { key: "token", before: "…", after: "…" },
      { key: "other", after: "1" },
    ]);
    expect(recorded({ state, redact }, {}, ["token"]).changes).toEqual([{ key: "token", before: "…" }]);
  });

  test("takes at most 400 bytes for them, whatever is written, and counts the rest", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary" })), (set) => {
        const { changes = [], unlisted = 0 } = recorded({}, set);
        expect(bytesOf(changes)).toBeLessThanOrEqual(400);
        expect(changes.length + unlisted).toBe(Object.keys(set).length);
      }),
    );
    expect(recorded({}, Object.fromEntries(Array.from({ length: 200 }, (_, key) => [`k${key}`, key])))).toMatchObject({
      unlisted: expect.any(Number),
    });
  });
});

const names = ["a", "b", "c", "d", "answered"] as const;

function bytesOf(changes: readonly RecordedChange[]): number {
  const rows = changes.map(({ after, before, key }) => JSON.stringify([key, before, after]));
  return rows.reduce((sum, row) => sum + Buffer.byteLength(row), 0);
}

type Keys = Readonly<Record<string, fc.JsonValue | undefined>>;

/** One turn of an instance: what its step writes, and what is patched and answered from outside while it waits. */
interface Turn {
  readonly write: Keys;
  readonly patch: Keys | undefined;
  readonly whole: boolean;
  readonly answer: Keys;
  readonly branches: readonly Keys[];
}

const keys = fc.dictionary(
  fc.constantFrom("a", "b", "c", "d"),
  fc.option(fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ minLength: 70, maxLength: 90 })), { nil: undefined }),
);
const turn: fc.Arbitrary<Turn> = fc.record({
  write: keys,
  patch: fc.option(keys, { nil: undefined }),
  whole: fc.boolean(),
  answer: keys,
  branches: fc.array(keys, { maxLength: 2 }),
});

describe("replaying the history from the start", () => {
  test("with the patches in their places makes the stored state, whatever is written", async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.array(turn, { maxLength: 7 }), async (start, turns) => {
        const { entries, patches, stored } = await ran(start, turns);
        const replayed = new Replay(start);
        for (const entry of entries) {
          replayed.wrote(entry);
          for (const patch of patches.filter(({ seq }) => seq === entry.seq)) replayed.patched(patch);
        }
        replayed.expectToBe(stored);
      }),
      { numRuns: 150 },
    );
  });
});

interface Patch {
  readonly seq: number;
  readonly keys: Keys;
  readonly whole: boolean;
}

/** A state made of what is told of it. */
class Replay {
  #texts: Map<string, string>;
  /** Keys written by entries that had no room to say how. */
  #untold = new Set<string>();

  constructor(start: Keys) {
    this.#texts = new Map(encodeState(start).entries);
  }

  wrote({ changes = [], unlisted }: HistoryEntry): void {
    if (unlisted !== undefined) {
      // One change of these values takes less than 300 bytes: there was no room indeed.
      expect(bytesOf(changes)).toBeGreaterThan(100);
      this.#untold = new Set(names);
    }
    for (const { after, key } of changes) this.#set(key, after);
  }

  patched({ keys: given, whole }: Patch): void {
    if (whole) {
      this.#texts.clear();
      this.#untold.clear();
    }
    const { entries, removed } = encodeState(given);
    for (const [key, json] of entries) this.#set(key, json);
    for (const key of removed) this.#set(key, undefined);
  }

  #set(key: string, json: string | undefined): void {
    this.#untold.delete(key);
    if (json === undefined) this.#texts.delete(key);
    else this.#texts.set(key, json);
  }

  expectToBe(stored: InstanceHead["state"]): void {
    for (const key of names) {
      if (this.#untold.has(key)) continue;
      const [made, is] = [this.#texts.get(key), stored.get(key)];
      if (made?.endsWith("…") !== true) expect([key, made]).toEqual([key, is]);
      else expect(is?.startsWith(made.slice(0, -1)) && is.length > 60).toBe(true);
    }
  }
}

/** Makes the turns; what is told of them, and what is stored at the end. */
async function ran(start: Keys, turns: readonly Turn[]) {
  let number = 0;
  const loop: StepFunction = (state, goto, wait) => {
    const own: Keys = { ...state };
    const now = turns[number];
    if (now === undefined) return goto(null);
    if (own["answered"] !== number) return wait(now.write);
    number += 1;
    if (now.branches.length === 0) return goto("loop", now.write);
    return goto(now.branches.map((_branch, index) => `branch${index}`));
  };
  const branch =
    (index: number): StepFunction =>
    (_state, goto) =>
      goto("loop", turns[number - 1]?.branches[index]);
  const steps = { loop, branch0: branch(0), branch1: branch(1) };
  const world = bench(defineWorkflow("orders", "", steps, { history: "changes" }));
  await world.start(start, ID);
  await world.settle();
  const patches: Patch[] = [];
  while (world.head(ID).status === "waiting") {
    const { answer, patch, whole } = turns[number] ?? { answer: {}, patch: undefined, whole: false };
    if (patch !== undefined) {
      patches.push({ seq: world.head(ID).seq, keys: patch, whole });
      await (whole ? replaceState(ID, patch, world.ports) : updateInstance(ID, patch, false, world.ports));
    }
    await updateInstance(ID, { ...answer, answered: number }, true, world.ports);
    await world.settle();
  }
  expect(world.head(ID).status).toBe("completed");
  const { entries } = await readHistory(ID, { limit: 1_000 }, world.ports);
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: world.head(ID).seq }, (_, index) => index + 1));
  return { entries, patches, stored: world.head(ID).state };
}
