import { encodeWorkMessage, HISTORY_LENGTH, type HistoryEntry } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { readHistory } from "../src/read-history.ts";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { bench, headWith, START } from "./support/bench.ts";
import { end, numberIn } from "./support/story.ts";

const ID = "story";

/** Goes to itself `turns` times, then on. */
const loop = (turns: number, next: string | readonly string[]): StepFunction => {
  return (state, goto) => {
    const done = numberIn(state, "turns") + 1;
    return done < turns ? goto("loop", { turns: done }) : goto(next, { turns: done });
  };
};

const full = { history: "full" } as const;

const seqs = (entries: readonly HistoryEntry[]): readonly number[] => entries.map(({ seq }) => seq);
const upTo = (last: number, first = 1): readonly number[] =>
  Array.from({ length: last + 1 - first }, (_, index) => first + index);

test("a failure by dead letter leaves its entry as well", async () => {
  const workflow = defineWorkflow("long", "Long", { loop: loop(20, "end"), end }, full);
  const world = bench(workflow);
  const entry = { step: "loop", attempt: 1, outcome: "goto", startedAt: START, duration: 0 } as const;
  const history = Array.from({ length: 16 }, (_, index) => ({ ...entry, seq: index + 1 }));
  const place = { workflow: "long", step: "loop", seq: 16, token: 16, previousToken: 15, startMarks: 5 } as const;
  await world.store.create(headWith({ ...place, fullHistory: true, history }));
  world.deadLetters.inject(encodeWorkMessage({ kind: "wake", instance: "order-1", token: 16, dutiesDone: true }));
  await world.drain();
  const { entries } = await readHistory("order-1", {}, world.ports);
  expect(seqs(entries)).toEqual(upTo(17));
  expect(entries.at(-1)).toMatchObject({ outcome: "fail", step: "loop" });
});

/** An instance after `commits` transitions. */
async function ran(commits: number, options: WorkflowOptions) {
  const workflow = defineWorkflow("long", "Long", { loop: loop(commits - 1, "end"), end }, options);
  const world = bench(workflow);
  await world.start({}, ID);
  await world.settle();
  return world;
}

describe("readHistory", () => {
  test("gives every transition once and in order, with what it was", async () => {
    const { ports } = await ran(50, full);
    const { after, entries } = await readHistory(ID, { limit: 1_000 }, ports);
    expect(seqs(entries)).toEqual(upTo(50));
    expect(after).toBeUndefined();
    expect(entries[0]).toMatchObject({ step: "loop", outcome: "goto", attempt: 1 });
    expect(entries.at(-1)).toMatchObject({ step: "end", outcome: "end" });
  });

  test.each([1, 7, 8, 15, 16, 17, 49, 50])("pages of %i join to the whole", async (limit) => {
    const { ports } = await ran(50, full);
    const found: number[] = [];
    let next: number | undefined = 0;
    while (next !== undefined) {
      const { after, entries }: Awaited<ReturnType<typeof readHistory>> = await readHistory(
        ID,
        { after: next, limit },
        ports,
      );
      expect(entries.length).toBe(Math.min(limit, 50 - next));
      found.push(...seqs(entries));
      next = after;
    }
    expect(found).toEqual(upTo(50));
  });

  test("an entry that is stored although its commit failed is shown once", async () => {
    const { ports, store } = await ran(16, full);
    expect(store.leftHistory(ID)).toEqual([]);
    await ports.history.append(ID, store.heads()[0]?.history.slice(0, 8) ?? []);
    expect(seqs((await readHistory(ID, {}, ports)).entries)).toEqual(upTo(16));
  });

  test.each([0, 5])("an instance after %i commits", async (commits) => {
    const world = await ran(6, full);
    if (commits === 0) await world.start({}, "new");
    const id = commits === 0 ? "new" : ID;
    const { entries } = await readHistory(id, { after: 1 }, world.ports);
    expect(seqs(entries)).toEqual(commits === 0 ? [] : upTo(6, 2));
  });

  test.each([{ after: -1 }, { after: 0.5 }, { limit: 0 }, { limit: 1_001 }, { limit: Number.NaN }])(
    "refuses %j",
    async (query) => {
      const { ports } = await ran(3, full);
      await expect(readHistory(ID, query, ports)).rejects.toMatchObject({ code: "invalid-page" });
    },
  );

  test("refuses an instance that is not there", async () => {
    const { ports } = await ran(3, full);
    await expect(readHistory("other", {}, ports)).rejects.toMatchObject({ code: "unknown-instance" });
  });
});

describe("option history", () => {
  test("costs one write in eight transitions, none before the seventeenth", async () => {
    const appends = async (commits: number, options: WorkflowOptions): Promise<number> =>
      (await ran(commits, options)).calls.filter((call) => call === "append").length;
    expect(await appends(16, full)).toBe(0);
    expect(await appends(17, full)).toBe(1);
    expect(await appends(24, full)).toBe(1);
    expect(await appends(25, full)).toBe(2);
    expect(await appends(17 + 80, full)).toBe(11);
  });

  test.each<WorkflowOptions>([{}, { history: "recent" }])(
    "%j keeps the newest 16 and costs nothing",
    async (options) => {
      const { calls, ports, store } = await ran(50, options);
      expect(calls).not.toContain("append");
      expect(seqs((await readHistory(ID, {}, ports)).entries)).toEqual(upTo(50, 51 - HISTORY_LENGTH));
      expect(store.heads()[0]).not.toHaveProperty("fullHistory");
      expect(calls).not.toContain("read-history");
    },
  );

  test("refuses anything else", () => {
    const history: unknown = "all";
    expect(() => defineWorkflow("w", "W", { end }, { history } as WorkflowOptions)).toThrow(
      expect.objectContaining({ code: "invalid-definition" }),
    );
  });
});
