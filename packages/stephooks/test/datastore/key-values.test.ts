import { beforeEach, describe, expect, test } from "vitest";
import { coded } from "../support/app-world.ts";
import { memoryTasks } from "./task-app.ts";

let { refusal, run, world } = memoryTasks();
beforeEach(() => {
  ({ refusal, run, world } = memoryTasks());
});

test("a text comes back as text, a number as number, JSON as JSON", async () => {
  for (const value of ["v1", "5", "", 5, 0.1, -3, true, null, { a: [1] }, [1, "2"]]) {
    expect(await run((data) => data.set("k", value))).toEqual(value);
    expect(await run((data) => data.get("k"))).toEqual(value);
  }
  expect(await run((data) => data.get("none"))).toBeNull();
  expect(await run((data) => data.setObj("o", { a: 1 }))).toEqual({ a: 1 });
  expect(await run((data) => data.getObj("o"))).toEqual({ a: 1 });
});

test("keyspaces are apart", async () => {
  await run(async (data) => {
    await data.set("k", "default");
    await data.set("k", "other", { keyspace: "other" });
  });
  expect(await run((data) => data.get("k"))).toBe("default");
  expect(await run((data) => data.get("k", { keyspace: "other" }))).toBe("other");
  expect(await run((data) => data.del("k", { keyspace: "other" }))).toEqual({ key: "k", val: "other" });
  expect(await run((data) => data.del("k", { keyspace: "other" }))).toBeNull();
  expect(await run((data) => data.get("k"))).toBe("default");
});

test("incr and decr answer the number, from 0", async () => {
  expect(await run((data) => data.incr("c", 1))).toBe(1);
  expect(await run((data) => data.incr("c", 5))).toBe(6);
  expect(await run((data) => data.decr("c", 2))).toBe(4);
  expect(await run((data) => data.incr("c"))).toBe(5);
  expect(await run((data) => data.decr("c"))).toBe(4);
  expect(await run((data) => data.get("c"))).toBe(4);
});

test("a value with a ttl is gone from that millisecond; incr with a ttl begins it anew", async () => {
  await run((data) => data.set("t", "x", { ttl: 1_500 }));
  await run((data) => data.incr("rate", 1, { ttl: 1_000 }));
  world.clock.advance(999);
  expect(await run((data) => data.incr("rate", 1, { ttl: 1_000 }))).toBe(2);
  world.clock.advance(500);
  expect(await run((data) => data.get("t"))).toBe("x");
  world.clock.advance(1);
  expect(await run((data) => data.get("t"))).toBeNull();
  expect(await run((data) => data.get("rate"))).toBe(2);
  world.clock.advance(499);
  expect(await run((data) => data.get("rate"))).toBeNull();
  expect(await run((data) => data.incr("rate", 1))).toBe(1);
});

test("getAll gives entries by key, delAll removes them", async () => {
  await run(async (data) => {
    for (const key of ["p:2", "p:1", "q"]) await data.set(key, key.toUpperCase());
  });
  expect(await run((data) => data.getAll("p:").toArray())).toEqual([
    { key: "p:1", val: "P:1" },
    { key: "p:2", val: "P:2" },
  ]);
  expect(await run((data) => data.getAll("p:", { reverse: true, onlykeys: true }).toArray())).toEqual([
    { key: "p:2" },
    { key: "p:1" },
  ]);
  expect(await run((data) => data.delAll("p:"))).toEqual({ count: 2, data: 2 });
  expect(await run((data) => data.getAll("").toArray())).toEqual([{ key: "q", val: "Q" }]);
});

describe("security 35: bad input", () => {
  test.each([[undefined], [5], [""], ["\ud800"], ["k".repeat(2_000)], [{}], [null]])(
    "the key %j is refused",
    async (key) => {
      expect(await refusal((data) => data.set(key as never, 1))).toBe("400 invalid-argument");
      expect(await refusal((data) => data.get(key as never))).toBe("400 invalid-argument");
      expect(await refusal((data) => data.incr(key as never))).toBe("400 invalid-argument");
      expect(await refusal((data) => data.del(key as never))).toBe("400 invalid-argument");
    },
  );

  test("control characters are part of a key like others", async () => {
    await run((data) => data.set("a\u0000\n\u001fb", 1));
    expect(await run((data) => data.get("a\u0000\n\u001fb"))).toBe(1);
    expect(await run((data) => data.get("ab"))).toBeNull();
  });

  test.each([[-1], [0], [Number.NaN], [1e20], [Number.POSITIVE_INFINITY], ["5"]])(
    "the ttl %s is refused",
    async (ttl) => {
      expect(await refusal((data) => data.set("k", 1, { ttl: ttl as number }))).toBe("400 invalid-argument");
      expect(await refusal((data) => data.incr("k", 1, { ttl: ttl as number }))).toBe("400 invalid-argument");
      expect(await run((data) => data.get("k"))).toBeNull();
    },
  );

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], ["1"], [null], [2 ** 53]])(
    "counting by %s is refused",
    async (by) => {
      expect(await refusal((data) => data.incr("k", by as number))).toBe("400 invalid-argument");
    },
  );

  test("a text is not counted, and no sum passes what a number holds exactly", async () => {
    await run((data) => data.set("k", "5"));
    expect(await refusal((data) => data.incr("k", 1))).toBe("400 not-a-number");
    expect(await run((data) => data.get("k"))).toBe("5");
    await run((data) => data.set("big", Number.MAX_SAFE_INTEGER));
    expect(await refusal((data) => data.incr("big", 1))).toBe("400 out-of-range");
    expect(await run((data) => data.get("big"))).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("delAll and getAll need a prefix, and an asterisk is one character", async () => {
    await run((data) => data.set("abc", 1));
    for (const prefix of [undefined, null, 5, {}]) {
      await expect(run((data) => data.delAll(prefix as never))).rejects.toEqual(coded("invalid-argument"));
      await expect(run((data) => data.getAll(prefix as never).toArray())).rejects.toEqual(coded("invalid-argument"));
    }
    expect(await run((data) => data.delAll("*"))).toEqual({ count: 0, data: 0 });
    expect(await run((data) => data.delAll("ab*"))).toEqual({ count: 0, data: 0 });
    expect(await run((data) => data.get("abc"))).toBe(1);
  });

  test("a value that JSON cannot hold is refused", async () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    for (const value of [undefined, cycle, 1n, () => {}]) {
      expect(await refusal((data) => data.set("k", value))).toBe("400 invalid-argument");
    }
  });
});
