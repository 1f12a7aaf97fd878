import { randomUUID } from "node:crypto";
import { type KeyValueStore, MAX_KEY_BYTES } from "@stephooks/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oddKeys, oddValues } from "./odd-text.ts";

/** A key-value store for one suite. Every test uses keyspaces of its own. */
export interface KeyValuesUnderTest {
  readonly store: KeyValueStore;
  /** Moves the clock that the store's entries expire by, milliseconds. */
  readonly pass: (milliseconds: number) => Promise<void>;
  /** What the store's clock says. */
  readonly now: () => number;
  dispose?(): Promise<void>;
}

type World = () => KeyValuesUnderTest;

/** The contract of `KeyValueStore` as vitest tests. `makeStore` is called once. */
export function describeKeyValueStore(name: string, makeStore: () => Promise<KeyValuesUnderTest>): void {
  describe(`key-value store: ${name}`, () => {
    let world: KeyValuesUnderTest | undefined;
    const present: World = () => {
      if (world === undefined) throw new TypeError("The store is used outside a test.");
      return world;
    };
    beforeAll(async () => {
      world = await makeStore();
    });
    afterAll(() => world?.dispose?.());

    describe("values", () => values(present));
    describe("add", () => additions(present));
    describe("expiry", () => expiries(present));
    describe("list", () => lists(present));
    describe("text", () => texts(present));
  });
}

const someKeyspace = (): string => `k-${randomUUID()}`;

function values(world: World): void {
  test("nothing is there at first", async () => {
    expect(await world().store.get({ keyspace: someKeyspace(), key: "a" })).toBeUndefined();
  });

  test("a value is read as it was set, and replaced by the next", async () => {
    const place = { keyspace: someKeyspace(), key: "a" };
    await world().store.set(place, "1");
    expect(await world().store.get(place)).toEqual({ key: "a", value: "1" });
    await world().store.set(place, { deep: [1, null] });
    expect(await world().store.get(place)).toEqual({ key: "a", value: { deep: [1, null] } });
  });

  test("removing answers what was there", async () => {
    const place = { keyspace: someKeyspace(), key: "a" };
    expect(await world().store.remove(place)).toBeUndefined();
    await world().store.set(place, 7);
    expect(await world().store.remove(place)).toEqual({ key: "a", value: 7 });
    expect(await world().store.get(place)).toBeUndefined();
  });

  test("security 36: keyspaces never meet, the default one included", async () => {
    const base = someKeyspace();
    const keyspaces = ["", base, `${base}#1`, `${base}%23`, `${base}#`];
    const keys = [base, `1#${base}`, "#", "a"];
    for (const keyspace of keyspaces) {
      for (const key of keys) await world().store.set({ keyspace, key }, `${keyspace}|${key}`);
    }
    for (const keyspace of keyspaces) {
      for (const key of keys) {
        expect(await world().store.get({ keyspace, key })).toEqual({ key, value: `${keyspace}|${key}` });
      }
    }
  });
}

function additions(world: World): void {
  test("counts from 0, up and down, and starts from a number that was set", async () => {
    const keyspace = someKeyspace();
    const { store } = world();
    expect(await store.add({ keyspace, key: "a" }, 1)).toEqual({ ok: true, value: 1 });
    expect(await store.add({ keyspace, key: "a" }, 5)).toEqual({ ok: true, value: 6 });
    expect(await store.add({ keyspace, key: "a" }, -8)).toEqual({ ok: true, value: -2 });
    await store.set({ keyspace, key: "b" }, 0.1);
    expect(await store.add({ keyspace, key: "b" }, 0.2)).toEqual({ ok: true, value: 0.3 });
    expect(await store.get({ keyspace, key: "b" })).toEqual({ key: "b", value: 0.3 });
  });

  test("64 additions at once all count", async () => {
    const place = { keyspace: someKeyspace(), key: "a" };
    const sums = await Promise.all(Array.from({ length: 64 }, () => world().store.add(place, 1)));
    const reached = sums.map((sum) => (sum.ok ? sum.value : 0)).toSorted((a, b) => a - b);
    expect(reached).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
  });

  test.each(["text", "5", null, true, [1], { n: 1 }])(
    "a value that is %j cannot be counted and stays",
    async (value) => {
      const place = { keyspace: someKeyspace(), key: "a" };
      await world().store.set(place, value);
      expect(await world().store.add(place, 1)).toEqual({ ok: false, reason: "not-a-number" });
      expect(await world().store.get(place)).toEqual({ key: "a", value });
    },
  );

  test("a sum beyond the whole numbers that are exact is refused and changes nothing", async () => {
    const place = { keyspace: someKeyspace(), key: "a" };
    const { store } = world();
    await store.set(place, Number.MAX_SAFE_INTEGER - 1);
    expect(await store.add(place, 1)).toEqual({ ok: true, value: Number.MAX_SAFE_INTEGER });
    expect(await store.add(place, 1)).toEqual({ ok: false, reason: "out-of-range" });
    expect(await store.add(place, -Number.MAX_SAFE_INTEGER)).toEqual({ ok: true, value: 0 });
    expect(await store.add(place, -Number.MAX_SAFE_INTEGER)).toEqual({ ok: true, value: -Number.MAX_SAFE_INTEGER });
    expect(await store.add(place, -1)).toEqual({ ok: false, reason: "out-of-range" });
    expect(await store.get(place)).toEqual({ key: "a", value: -Number.MAX_SAFE_INTEGER });
  });
}

function expiries(world: World): void {
  test("a value is gone from the millisecond it expires", async () => {
    const place = { keyspace: someKeyspace(), key: "a" };
    const { now, pass, store } = world();
    await store.set(place, "x", now() + 1_000);
    await pass(999);
    expect(await store.get(place)).toMatchObject({ value: "x" });
    await pass(1);
    expect(await store.get(place)).toBeUndefined();
    expect(await store.remove(place)).toBeUndefined();
  });

  test("setting again without an expiry keeps the value", async () => {
    const place = { keyspace: someKeyspace(), key: "a" };
    const { now, pass, store } = world();
    await store.set(place, "x", now() + 100);
    await store.set(place, "y");
    await pass(1_000);
    expect(await store.get(place)).toEqual({ key: "a", value: "y" });
  });

  test("a count begins again once its time is over; a new expiry replaces the old one", async () => {
    const place = { keyspace: someKeyspace(), key: "a" };
    const { now, pass, store } = world();
    const start = now();
    await store.add(place, 3, start + 100);
    expect(await store.add(place, 1)).toEqual({ ok: true, value: 4 });
    expect(await store.get(place)).toMatchObject({ expiresAt: start + 100 });
    await store.add(place, 1, start + 500);
    await pass(100);
    expect(await store.add(place, 1)).toEqual({ ok: true, value: 6 });
    await pass(400);
    expect(await store.get(place)).toBeUndefined();
    expect(await store.add(place, 2)).toEqual({ ok: true, value: 2 });
    expect(await store.get(place)).toEqual({ key: "a", value: 2 });
  });

  test("of 16 counts on an entry whose time is over none is lost", async () => {
    const place = { keyspace: someKeyspace(), key: "a" };
    const { now, pass, store } = world();
    await store.set(place, "text", now() + 50);
    await pass(50);
    await Promise.all(Array.from({ length: 16 }, () => store.add(place, 1)));
    expect(await store.get(place)).toEqual({ key: "a", value: 16 });
  });
}

function lists(world: World): void {
  const keysOf = async (keyspace: string, prefix: string, reverse?: boolean): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const page of world().store.list(keyspace, prefix, reverse)) keys.push(...page.map(({ key }) => key));
    return keys;
  };

  test("entries come by key, those of the prefix only, or backwards", async () => {
    const keyspace = someKeyspace();
    const { now, store } = world();
    for (const key of ["p:2", "p:10", "p:1", "q", "p", "p:é"]) await store.set({ keyspace, key }, key);
    await store.set({ keyspace, key: "p:gone" }, "x", now());
    expect(await keysOf(keyspace, "p:")).toEqual(["p:1", "p:10", "p:2", "p:é"]);
    expect(await keysOf(keyspace, "p:", true)).toEqual(["p:é", "p:2", "p:10", "p:1"]);
    expect(await keysOf(keyspace, "")).toEqual(["p", "p:1", "p:10", "p:2", "p:é", "q"]);
    expect(await keysOf(keyspace, "*")).toEqual([]);
    expect(await keysOf(someKeyspace(), "")).toEqual([]);
  });

  test("more entries than a page holds all come, once", async () => {
    const keyspace = someKeyspace();
    const keys = Array.from({ length: 420 }, (_, index) => `k${String(index).padStart(3, "0")}`);
    for (let start = 0; start < keys.length; start += 60) {
      await Promise.all(keys.slice(start, start + 60).map((key) => world().store.set({ keyspace, key }, 1)));
    }
    expect(await keysOf(keyspace, "k")).toEqual(keys);
  });
}

function texts(world: World): void {
  test.for(Object.entries(oddValues))("a value that is %s is kept", async ([, value]) => {
    const place = { keyspace: someKeyspace(), key: "a" };
    await world().store.set(place, value);
    expect((await world().store.get(place))?.value).toEqual(value);
  });

  const storable = Object.entries(oddKeys).filter(([, key]) => key !== "" && key.isWellFormed() && key.length < 1_000);
  test.for(storable)("a key that is %s is kept", async ([, key]) => {
    const keyspace = someKeyspace();
    await world().store.set({ keyspace, key }, "x");
    expect(await world().store.get({ keyspace, key })).toEqual({ key, value: "x" });
  });

  test.each(["", "\ud800", "k".repeat(MAX_KEY_BYTES + 1)])(
    "a key that no store can keep is refused (%#)",
    async (key) => {
      const place = { keyspace: someKeyspace(), key };
      await expect(world().store.set(place, 1)).rejects.toMatchObject({ code: "invalid" });
      await expect(world().store.get(place)).rejects.toMatchObject({ code: "invalid" });
      await expect(world().store.add(place, 1)).rejects.toMatchObject({ code: "invalid" });
    },
  );
}
