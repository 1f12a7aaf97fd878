import { type DueEntry, DUE_SHARDS, dueShard, type HeadCondition, type InstanceHead } from "@stephooks/core";
import { expect, test } from "vitest";
import type { IndexUnderTest } from "./index-under-test.ts";
import { sampleHead, stored } from "./sample-head.ts";

/** The index follows its table within this, milliseconds. */
const settled = { timeout: 10_000 };

const always: HeadCondition = { statusIn: ["runnable"] };

/** What the due index promises. */
export function indexDue(world: () => IndexUnderTest): void {
  const put = (at: number, id?: string): Promise<InstanceHead> =>
    stored(world().store, sampleHead({ ...(id === undefined ? {} : { id }), indexedAt: at }));
  const dueOf = (id: string, from: number, until: number): Promise<readonly DueEntry[]> =>
    world().index.due(dueShard(id), from, until);

  test("a window holds its first millisecond and not its last, oldest first", async () => {
    const from = someTime();
    const ids = idsOfOneShard(5);
    const times = [from + 99, from - 1, from, from + 100, from + 50];
    await Promise.all(ids.map((id, index) => put(times[index] ?? 0, id)));
    const expected = [
      { id: ids[2], at: from },
      { id: ids[4], at: from + 50 },
      { id: ids[0], at: from + 99 },
    ];
    await expect.poll(() => dueOf(ids[0] ?? "", from, from + 100), settled).toEqual(expected);
  });

  test("times are ordered as numbers", async () => {
    const ids = idsOfOneShard(3);
    const base = 1_000 + Math.floor(Math.random() * 1_000_000);
    const times = [base * 10, base, base * 100];
    await Promise.all(ids.map((id, index) => put(times[index] ?? 0, id)));
    const found = async () => (await dueOf(ids[0] ?? "", 0, base * 100 + 1)).filter(({ id }) => ids.includes(id));
    await expect.poll(async () => (await found()).map(({ id }) => id), settled).toEqual([ids[1], ids[0], ids[2]]);
  });

  test("a window without time is empty", async () => {
    const { id, indexedAt = 0 } = await put(someTime());
    expect(await dueOf(id, indexedAt, indexedAt)).toEqual([]);
    expect(await dueOf(id, indexedAt + 10, indexedAt)).toEqual([]);
  });

  dueShards(world, put);

  test("a branch's own record is found by its own id", async () => {
    const at = someTime();
    const id = `${sampleHead().id}/3/7`;
    await put(at, id);
    await expect.poll(() => dueOf(id, at, at + 1), settled).toEqual([{ id, at }]);
  });

  dueChanges(world, dueOf);

  test("a look gives 1,000 entries at most, the oldest", async () => {
    const from = someTime();
    const ids = idsOfOneShard(1_010);
    for (let index = 0; index < ids.length; index += 101) {
      await Promise.all(ids.slice(index, index + 101).map((id, offset) => put(from + index + offset, id)));
    }
    const expected = ids.slice(0, 1_000).map((id, index) => ({ id, at: from + index }));
    await expect.poll(() => dueOf(ids[0] ?? "", from, from + 5_000), settled).toEqual(expected);
    const rest = await dueOf(ids[0] ?? "", from + 1_000, from + 5_000);
    expect(rest.map(({ id }) => id)).toEqual(ids.slice(1_000));
  });
}

function dueShards(world: () => IndexUnderTest, put: (at: number) => Promise<InstanceHead>): void {
  test("every entry is in the shard of its id and in no other", async () => {
    const at = someTime();
    const heads = await Promise.all(Array.from({ length: 60 }, () => put(at)));
    const expected = shards().map((shard) =>
      heads
        .map(({ id }) => id)
        .filter((id) => dueShard(id) === shard)
        .toSorted(),
    );
    const found = async () =>
      await Promise.all(
        shards().map(async (shard) => (await world().index.due(shard, at, at + 1)).map(({ id }) => id).toSorted()),
      );
    await expect.poll(found, settled).toEqual(expected);
  });
}

function dueChanges(
  world: () => IndexUnderTest,
  dueOf: (id: string, from: number, until: number) => Promise<readonly DueEntry[]>,
): void {
  test("an entry moves with its time, is gone when cleared, and comes back when set", async () => {
    const at = someTime();
    const { id } = await stored(world().store, sampleHead({ indexedAt: at }));
    const entries = () => dueOf(id, at, at + 100);
    await expect.poll(entries, settled).toEqual([{ id, at }]);
    await world().store.update(id, { set: { indexedAt: at + 50 } }, always);
    await expect.poll(entries, settled).toEqual([{ id, at: at + 50 }]);
    await world().store.update(id, { set: { seq: 4 }, clear: ["indexedAt"] }, always);
    await expect.poll(entries, settled).toEqual([]);
    await world().store.update(id, { set: { indexedAt: at } }, always);
    await expect.poll(entries, settled).toEqual([{ id, at }]);
  });

  test("updates that do not name the time leave the entry alone", async () => {
    const at = someTime();
    const { id } = await stored(world().store, sampleHead({ indexedAt: at }));
    await world().store.update(id, { set: { seq: 4, dueAt: at + 9, status: "timer" }, clear: ["error"] }, always);
    await expect.poll(() => dueOf(id, at, at + 100), settled).toEqual([{ id, at }]);
  });

  test("a refused write changes no entry", async () => {
    const at = someTime();
    const head = await stored(world().store, sampleHead({ indexedAt: at }));
    const { id } = head;
    await world().store.create({ ...head, indexedAt: at + 1 });
    await world().store.update(id, { set: { indexedAt: at + 2 } }, { ...always, seq: 99 });
    await world().store.update(id, { set: {}, clear: ["indexedAt"] }, { ...always, seq: 99 });
    await expect.poll(() => dueOf(id, at, at + 100), settled).toEqual([{ id, at }]);
  });
}

/** A time that no other test uses, with an hour to its neighbours. */
function someTime(): number {
  return 1_000_000_000_000 + Math.floor(Math.random() * 1_000_000) * 3_600_000;
}

function idsOfOneShard(count: number): readonly string[] {
  const ids: string[] = [];
  while (ids.length < count) {
    const { id } = sampleHead();
    if (dueShard(id) === 5) ids.push(id);
  }
  return ids;
}

function shards(): readonly number[] {
  return Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
}
