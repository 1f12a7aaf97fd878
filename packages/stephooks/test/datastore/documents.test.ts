import { beforeEach, describe, expect, test } from "vitest";
import { coded } from "../support/app-world.ts";
import { memoryTasks, type Task } from "./task-app.ts";

let { refusal, run, world } = memoryTasks();
beforeEach(() => {
  ({ refusal, run, world } = memoryTasks());
});

/** Three documents to look for. */
const seed: Task<unknown> = (data) =>
  data.insertMany("t", [
    { _id: "a", n: 1, tag: "red", o: { c: "Oslo" }, arr: [1, 2] },
    { _id: "b", n: 2, tag: "blue", o: { c: "Rome" }, arr: [2, 3] },
    { _id: "c", n: 3, tag: "redish", extra: true },
  ]);

const ids = (documents: readonly Readonly<Record<string, unknown>>[]) => documents.map(({ _id }) => _id);

describe("insertOne", () => {
  test("answers the document with an id that grows with time", async () => {
    const first = await run((data) => data.insertOne("t", { n: 1, at: new Date(0), gone: undefined }));
    const second = await run((data) => data.insertOne("t", { n: 2 }));
    expect(first).toEqual({ _id: expect.stringMatching(/^\w{26}$/), n: 1, at: "1970-01-01T00:00:00.000Z" });
    expect(String(second._id) > String(first._id)).toBe(true);
  });

  test("keeps an id that is given, once", async () => {
    await run((data) => data.insertOne("t", { _id: "a" }));
    await expect(run((data) => data.insertOne("t", { _id: "a" }))).rejects.toEqual(coded("duplicate-id"));
    expect(await refusal((data) => data.insertOne("t", { _id: "a" }))).toBe("409 duplicate-id");
  });

  test("takes a list", async () => {
    const stored = await run((data) => data.insertOne("t", [{ n: 1 }, { n: 2 }]));
    expect(stored.map(({ n }) => n)).toEqual([1, 2]);
  });

  test.each([["text"], [5], [null], [undefined], [() => {}]])("%s is not an object", async (given) => {
    await expect(run((data) => data.insertOne("t", given as never))).rejects.toMatchObject({
      code: "invalid-document",
      message: "Not an object",
    });
  });

  test.each([[5], [""], ["\ud800"], [{}], ["x".repeat(901)]])("an _id of %j is refused", async (_id) => {
    await expect(run((data) => data.insertOne("t", { _id }))).rejects.toEqual(coded("invalid-id"));
  });

  test("a cycle, a BigInt and a document 10,000 levels deep are refused", async () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const deep = Array.from({ length: 10_000 }).reduce<object>((inner) => ({ inner }), {});
    for (const document of [cycle, { n: 1n }, deep]) {
      await expect(run((data) => data.insertOne("t", document))).rejects.toEqual(coded("invalid-document"));
    }
  });
});

describe("finding one", () => {
  beforeEach(() => run(seed));

  test.each(["getOne", "findOne"] as const)("%s finds by id or query, and rejects when there is none", async (name) => {
    expect(await run((data) => data[name]("t", "b"))).toMatchObject({ n: 2 });
    expect(await run((data) => data[name]("t", { n: 3 }))).toMatchObject({ _id: "c" });
    await expect(run((data) => data[name]("t", "x"))).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("Not found"),
    });
    expect(await refusal((data) => data[name]("t", { n: 9 }))).toBe("404 not-found");
  });

  test("findOneOrNull answers null", async () => {
    expect(await run((data) => data.findOneOrNull("t", "x"))).toBeNull();
    expect(await run((data) => data.findOneOrNull("t", { n: 1 }))).toMatchObject({ _id: "a" });
  });

  test.each([[undefined], [null], [5], [["a"]], [""]])("%j selects nothing at all", async (selector) => {
    const code = selector === "" ? "not-found" : "invalid-argument";
    await expect(run((data) => data.getOne("t", selector as never))).rejects.toEqual(coded(code));
    await expect(run((data) => data.removeOne("t", selector as never))).rejects.toEqual(coded(code));
    expect(await run((data) => data.count("t"))).toEqual({ count: 3 });
  });
});

describe("finding many", () => {
  beforeEach(() => run(seed));

  test("sort, limit and offset, as options, hints or in a chain", async () => {
    const find = async (...rest: readonly unknown[]) => ids(await run((data) => data.getArray("t", ...(rest as []))));
    expect(await find()).toEqual(["a", "b", "c"]);
    expect(await find({}, { sort: { n: -1 }, limit: 2 })).toEqual(["c", "b"]);
    expect(await find({}, { hints: { sort: { tag: 1 }, limit: 1, offset: 1 } })).toEqual(["a"]);
    expect(await find({}, { limit: "2", offset: "1" })).toEqual(["b", "c"]);
    expect(await find({}, { limit: 0 })).toEqual(["a", "b", "c"]);
    expect(await find({}, { reverse: true, limit: 1 })).toEqual(["c"]);
    expect(await find({}, { sort: { tag: 1, n: -1 } })).toEqual(["b", "a", "c"]);
    expect(ids(await run((data) => data.find("t").sort({ n: -1 }).skip(1).limit(1).toArray()))).toEqual(["b"]);
    expect(
      ids(
        await run((data) =>
          data
            .collection("t")
            .getMany({ n: { $gt: 1 } })
            .toArray(),
        ),
      ),
    ).toEqual(["b", "c"]);
  });

  test.each(["getMany", "find", "getRange"] as const)(
    "%s in the older form takes a filter with its options",
    async (name) => {
      const legacy = { filter: { n: { $gte: 2 } }, hints: { $fields: { n: 1 } }, limit: 1, offset: 1 };
      expect(await run((data) => data[name]("t", legacy).toArray())).toEqual([{ _id: "c", n: 3 }]);
    },
  );

  test("projections show or hide fields", async () => {
    const one = (options: object) => run((data) => data.getArray("t", { n: 1 }, options));
    expect(await one({ hints: { $fields: { tag: 1 } } })).toEqual([{ _id: "a", tag: "red" }]);
    expect(await one({ hints: { fields: { tag: 1, _id: 0 } } })).toEqual([{ tag: "red" }]);
    expect(await one({ hints: { projection: { arr: 0, o: 0, tag: 0 } } })).toEqual([{ _id: "a", n: 1 }]);
    expect(await run((data) => data.find("t", { n: 2 }).project({ n: 1 }).toArray())).toEqual([{ _id: "b", n: 2 }]);
  });

  test("hints.count gives one item", async () => {
    for (const hint of ["count", "$count", "$onlycount"]) {
      expect(await run((data) => data.getArray("t", { n: { $gt: 1 } }, { hints: { [hint]: true } }))).toEqual([
        { count: 2 },
      ]);
    }
  });

  test.each([
    { limit: -1 },
    { limit: 1e99 },
    { limit: Number.NaN },
    { limit: "ten" },
    { offset: -5 },
    { offset: 1e12 },
    { sort: { n: 2 } },
    { sort: "n" },
    { hints: 5 },
  ])("%j is refused", async (options) => {
    expect(await refusal((data) => data.getArray("t", {}, options as never))).toBe("400 invalid-argument");
  });

  test("a sorted, limited result is the same as the whole one, cut", async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({ _id: `m${index}`, r: (index * 7_919) % 3_000 }));
    await run((data) => data.insertMany("many", many));
    const found = await run((data) => data.getArray("many", {}, { sort: { r: -1 }, limit: 5, offset: 3 }));
    expect(found.map(({ r }) => r)).toEqual([2_996, 2_995, 2_994, 2_993, 2_992]);
  });
});

describe("updateOne", () => {
  beforeEach(() => run(seed));

  test("applies several operators in one step and answers the document after it", async () => {
    const update = { $set: { x: 1 }, $inc: { n: 10 }, $push: { arr: 9 }, $unset: { tag: "" } };
    expect(await run((data) => data.updateOne("t", { tag: "red" }, update))).toEqual({
      _id: "a",
      n: 11,
      o: { c: "Oslo" },
      arr: [1, 2, 9],
      x: 1,
    });
  });

  test("merges a plain object, on every level", async () => {
    expect(await run((data) => data.updateOne("t", "a", { o: { d: 1 }, arr: [7] }))).toMatchObject({
      o: { c: "Oslo", d: 1 },
      arr: [7],
      n: 1,
    });
  });

  test("does not change an _id", async () => {
    await expect(run((data) => data.updateOne("t", "a", { _id: "z" }))).rejects.toEqual(coded("invalid-update"));
    await expect(run((data) => data.updateOne("t", "a", { $set: { _id: "z" } }))).rejects.toEqual(
      coded("invalid-update"),
    );
    expect(await run((data) => data.updateOne("t", "a", { _id: "a", y: 1 }))).toMatchObject({ _id: "a", y: 1 });
  });

  test("rejects when nothing matches, and inserts with upsert", async () => {
    await expect(run((data) => data.updateOne("t", "x", { $set: { a: 1 } }))).rejects.toMatchObject({
      message: expect.stringContaining("Not found"),
    });
    const upsert = { upsert: true };
    const query = { k: "up", "deep.l": 2, n: { $gt: 5 } };
    expect(await run((data) => data.updateOne("t", query, { $set: { v: 1 } }, upsert))).toEqual({
      _id: expect.any(String),
      k: "up",
      deep: { l: 2 },
      v: 1,
    });
    expect(await run((data) => data.updateOne("t", { k: "up" }, { $inc: { v: 1 } }, upsert))).toMatchObject({ v: 2 });
    expect(await run((data) => data.updateOne("t", "own", { $inc: { v: 1 } }, upsert))).toEqual({ _id: "own", v: 1 });
    expect(await run((data) => data.updateOne("t", { _id: "me" }, { w: 1 }, upsert))).toEqual({ _id: "me", w: 1 });
    await expect(run((data) => data.updateOne("t", { _id: "a", n: 99 }, { w: 1 }, upsert))).rejects.toEqual(
      coded("duplicate-id"),
    );
  });
});

describe("the others", () => {
  beforeEach(() => run(seed));

  test("replaceOne keeps the _id alone", async () => {
    expect(await run((data) => data.replaceOne("t", "a", { only: 1 }))).toEqual({ _id: "a", only: 1 });
    expect(await run((data) => data.replaceOne("t", { n: 2 }, { _id: "zzz", only: 2 }))).toEqual({ _id: "b", only: 2 });
    await expect(run((data) => data.replaceOne("t", "x", {}))).rejects.toEqual(coded("not-found"));
    expect(await run((data) => data.replaceOne("t", "x", { n: 1 }, { upsert: true }))).toEqual({ _id: "x", n: 1 });
    expect(await run((data) => data.replaceOne("t", "c", { $inc: { n: 1 } }))).toMatchObject({ n: 4, tag: "redish" });
  });

  test("updateMany, replaceMany and removeMany answer how many, in both forms", async () => {
    expect(await run((data) => data.updateMany("t", { n: { $lte: 2 } }, { $inc: { n: 1 } }))).toEqual({ count: 2 });
    expect(await run((data) => data.updateMany("t", { $set: { m: 1 } }, { filter: { n: 3 } }))).toEqual({ count: 2 });
    expect(await run((data) => data.replaceMany("t", { m: 1 }, { r: 1 }))).toEqual({ count: 2 });
    expect(await run((data) => data.removeMany("t", { filter: { r: 1 } }))).toEqual({ count: 2 });
    expect(await run((data) => data.removeMany("t", {}))).toEqual({ count: 1 });
    expect(await run((data) => data.count("t"))).toEqual({ count: 0 });
  });

  test.each(["updateMany", "removeMany"] as const)("%s without a query changes nothing", async (name) => {
    await expect(run((data) => data[name]("t", undefined as never, {}))).rejects.toEqual(coded("invalid-argument"));
    expect(await run((data) => data.count("t"))).toEqual({ count: 3 });
  });

  test("removeOne answers the _id and rejects the second time", async () => {
    expect(await run((data) => data.removeOne("t", { n: 1 }))).toEqual({ _id: "a" });
    await expect(run((data) => data.removeOne("t", "a"))).rejects.toEqual(coded("not-found"));
  });

  test("an update that moves documents within its own range changes each once", async () => {
    await run((data) => data.createIndex("t", "n"));
    expect(await run((data) => data.updateMany("t", { n: { $gte: 1 } }, { $inc: { n: 1 } }))).toEqual({ count: 3 });
    expect((await run((data) => data.getArray("t"))).map(({ n }) => n)).toEqual([2, 3, 4]);
  });

  test("a document with _ttl is gone when its time is over", async () => {
    await run((data) => data.insertOne("t", { _id: "short", _ttl: 1_000 }));
    world.clock.advance(900);
    await run((data) => data.updateOne("t", "short", { $set: { n: 1 } }));
    world.clock.advance(99);
    expect(await run((data) => data.findOneOrNull("t", "short"))).toMatchObject({ n: 1 });
    await run((data) => data.updateOne("t", "short", { $set: { _ttl: 1_000 } }));
    world.clock.advance(999);
    expect(await run((data) => data.findOneOrNull("t", "short"))).not.toBeNull();
    world.clock.advance(1);
    expect(await run((data) => data.findOneOrNull("t", "short"))).toBeNull();
    for (const ttl of [-1, 0, 1e20, "5"]) {
      await expect(run((data) => data.insertOne("t", { x: 1, _ttl: ttl }))).rejects.toEqual(coded("invalid-document"));
    }
  });
});

describe("Datastore.open", () => {
  test("its methods work with and without await", async () => {
    await run(async () => {
      const { Datastore, datastore } = await import("../../src/index.ts");
      await Datastore.open().insertOne("t", { _id: "1" });
      const data = await datastore.open("dev");
      expect(await data.getOne("t", "1")).toEqual({ _id: "1" });
      expect(await Datastore.open().collection("t").count()).toEqual({ count: 1 });
    });
  });

  test("another space is refused with its name", async () => {
    const { Datastore } = await import("../../src/index.ts");
    await expect(run(async () => Datastore.open("other").getOne("t", "a"))).rejects.toEqual(coded("other-space"));
  });
});
