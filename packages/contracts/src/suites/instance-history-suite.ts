import { randomUUID } from "node:crypto";
import { type HistoryEntry, historyOutcomes, type InstanceHistory } from "@stephooks/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HistoryUnderTest } from "./history-under-test.ts";

/** The contract of `InstanceHistory` as vitest tests. `makeHistory` is called once. */
export function describeInstanceHistory(name: string, makeHistory: () => Promise<HistoryUnderTest>): void {
  describe(`instance history: ${name}`, () => {
    let world: HistoryUnderTest | undefined;
    const history = (): InstanceHistory => {
      if (world === undefined) throw new TypeError("The history is used outside a test.");
      return world.history;
    };
    beforeAll(async () => {
      world = await makeHistory();
    });
    afterAll(async () => {
      await world?.dispose?.();
    });

    test("gives back what was stored, oldest first", async () => {
      const id = newId();
      await history().append(id, entries(9, 16));
      await history().append(id, entries(1, 8));
      await history().append(id, entries(100_001, 100_008));
      expect(await history().read(id, 0, 100)).toEqual([...entries(1, 16), ...entries(100_001, 100_008)]);
    });

    test("keeps every outcome and every text", async () => {
      const id = newId();
      const all = historyOutcomes.map((outcome, index) => ({
        ...entry(index + 1),
        outcome,
        step: 'a "step" \u00fc💳',
      }));
      await history().append(id, all);
      expect(await history().read(id, 0, 100)).toEqual(all);
    });

    test("keeps what entries say of the state, whole texts and shortened ones", async () => {
      const id = newId();
      const changes = [
        { key: "paid", after: "true" },
        { key: "", before: '"a \\" quote"', after: '"\u00fc💳…' },
        { key: "__proto__", before: "…" },
        { key: "was never there" },
      ];
      const all = [{ ...entry(1), changes }, { ...entry(2), changes: [], unlisted: 3 }, entry(3)];
      await history().append(id, all);
      expect(await history().read(id, 0, 100)).toStrictEqual(all);
    });

    test("the same entries again change nothing", async () => {
      const id = newId();
      await Promise.all([1, 2, 3].map(() => history().append(id, entries(1, 8))));
      await history().append(id, entries(1, 8));
      expect(await history().read(id, 0, 100)).toEqual(entries(1, 8));
    });

    historyPages(history);

    test("holds nothing of an instance it was told nothing of, or of one with a similar id", async () => {
      const id = newId();
      await history().append(id, entries(1, 8));
      expect(await history().read(newId(), 0, 100)).toEqual([]);
      expect(await history().read(id.slice(0, -1), 0, 100)).toEqual([]);
      expect(await history().read(`${id}1`, 0, 100)).toEqual([]);
    });
  });
}

function historyPages(history: () => InstanceHistory): void {
  test("a page begins after any seq, also inside what was stored together, and ends at its limit", async () => {
    const id = newId();
    for (let from = 1; from < 40; from += 8) await history().append(id, entries(from, from + 7));
    expect(await history().read(id, 3, 10)).toEqual(entries(4, 13));
    expect(await history().read(id, 8, 8)).toEqual(entries(9, 16));
    expect(await history().read(id, 39, 10)).toEqual(entries(40, 40));
    expect(await history().read(id, 40, 10)).toEqual([]);
  });

  test("pages of any size join to the whole", async () => {
    const id = newId();
    for (let from = 1; from < 800; from += 8) await history().append(id, entries(from, from + 7));
    const found: HistoryEntry[] = [];
    for (let page = await history().read(id, 0, 99); page.length > 0;) {
      found.push(...page);
      page = await history().read(id, page.at(-1)?.seq ?? 0, 99);
    }
    expect(found).toEqual(entries(1, 800));
  });
}

function newId(): string {
  return `history-${randomUUID()}`;
}

function entries(from: number, to: number): readonly HistoryEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));
}

function entry(seq: number): HistoryEntry {
  const startedAt = 1_767_225_600_000 + seq * 10;
  return { seq, step: `step-${seq % 3}`, attempt: 1 + (seq % 2), outcome: "goto", startedAt, duration: seq % 7 };
}
