import { beforeEach, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { Datastore } from "../../src/index.ts";
import { appWorld, coded } from "../support/app-world.ts";
import { memoryTasks } from "./task-app.ts";

// Forms that few apps use: older names, options and events of codehooks.

let { run } = memoryTasks();
beforeEach(async () => {
  ({ run } = memoryTasks());
  await run((data) =>
    data.insertMany(
      "t",
      [3, 1, 2].map((n) => ({ _id: `d${n}`, n, tag: `t${n}` })),
    ),
  );
});

test("findAsArray and getArray answer a list", async () => {
  for (const name of ["findAsArray", "getArray"] as const) {
    expect(await run((data) => data[name]("t", { n: { $gt: 1 } }, { sort: { n: 1 } }))).toMatchObject([
      { n: 2 },
      { n: 3 },
    ]);
    expect(await run((data) => data.collection("t")[name]({ n: 1 }))).toHaveLength(1);
  }
});

test("a projection may be names, in a list or in a text", async () => {
  for (const fields of [["n", "tag"], "n, tag"]) {
    expect(await run((data) => data.getArray("t", { n: 1 }, { hints: { fields } }))).toEqual([
      { _id: "d1", n: 1, tag: "t1" },
    ]);
  }
});

test("useIndex with startIndex and endIndex is a range of that field, in its order", async () => {
  const numbers = async (options: object) => (await run((data) => data.getArray("t", {}, options))).map(({ n }) => n);
  for (const declared of [false, true]) {
    if (declared) await run((data) => data.createIndex("t", "n"));
    expect(await numbers({ useIndex: "n", startIndex: 2 })).toEqual([2, 3]);
    expect(await numbers({ useIndex: "n", startIndex: 1, endIndex: 2 })).toEqual([1, 2]);
    expect(await numbers({ useIndex: "n", endIndex: 2, reverse: true })).toEqual([2, 1]);
  }
  expect(await run((data) => data.explain("t", {}, { useIndex: "n", startIndex: 2 }))).toMatchObject({
    plan: "field",
    scans: false,
  });
});

test("a RegExp, a Date and $date stand in a query as values do", async () => {
  await run((data) => data.insertOne("times", { _id: "x", at: new Date("2026-01-02T00:00:00Z"), name: "Ada" }));
  for (const query of [
    { name: /^ad/i },
    { name: { $regex: "ad", $options: "i" } },
    { at: { $gt: new Date("2026-01-01T00:00:00Z") } },
    { at: { $lte: { $date: "2026-01-02T01:00:00+01:00" } } },
  ]) {
    expect(await run((data) => data.count("times", query))).toEqual({ count: 1 });
  }
  expect(await run((data) => data.count("times", { name: /^ad/ }))).toEqual({ count: 0 });
});

test("a fifth argument of updateOne is ignored", async () => {
  const five: readonly unknown[] = ["t", "d1", { $set: { n: 9 } }, {}, { anything: true }];
  expect(await run(async (data) => Reflect.apply(data.updateOne, data, five))).toMatchObject({ n: 9 });
});

test("$inc by what is no number is refused in codehooks' words", async () => {
  for (const by of ["1", null, Number.NaN]) {
    await expect(run((data) => data.updateOne("t", "d1", { $inc: { n: by } }))).rejects.toMatchObject({
      message: "The value of $inc must be an object where each property is a number",
    });
  }
});

test("cancel ends a stream as end does, and on answers the stream", async () => {
  const seen: unknown[] = [];
  await run(
    (data) =>
      new Promise<void>((resolve) => {
        const stream = data.find("t", {}, { sort: { n: 1 } });
        const same = stream.on("data", ({ n }) => void (seen.push(n), stream.cancel())).on("end", resolve);
        expect(same).toBe(stream);
      }),
  );
  expect(seen).toEqual([1]);
});

test("getAll tells each entry as an event", async () => {
  await run((data) => data.set("p:1", "one"));
  const entries = await run(
    (data) =>
      new Promise((resolve, reject) => {
        const all: unknown[] = [];
        data
          .getAll("p:")
          .on("data", (entry) => all.push(entry))
          .on("end", () => resolve(all))
          .on("error", reject);
      }),
  );
  expect(entries).toEqual([{ key: "p:1", val: "one" }]);
});

test("a stream is written with one document on a line", async () => {
  const app = createApp();
  app.get("/", async (_req, res) => {
    const data = await Datastore.open();
    await data.insertMany("lines", [
      { _id: "a", n: 1 },
      { _id: "b", n: 2 },
    ]);
    data.getMany("lines").pipe(res);
  });
  const { result } = await appWorld(app.init()).ask("GET", "/");
  expect(result["body"]).toBe('[\n{"_id":"a","n":1},\n{"_id":"b","n":2}\n]');
});

test("a number that comes with a ttl of none keeps its time, and get of a count is a number", async () => {
  await run((data) => data.incr("c", 2, { ttl: 1_000 }));
  await run((data) => data.incr("c", 2));
  expect(await run((data) => data.get("c"))).toBe(4);
  await expect(run((data) => data.get(undefined as never))).rejects.toEqual(coded("invalid-argument"));
});

test("the older form takes nothing away from a query that has fields of its own", async () => {
  const fromTheUrl = [{ filter: {} }, { filter: { n: 1 } }, { useIndex: "n", startIndex: 0 }];
  for (const given of fromTheUrl) {
    const own = { tag: "t9", ...given };
    expect(await run((data) => data.getArray("t", own))).toEqual([]);
    expect(await run((data) => data.removeMany("t", own))).toEqual({ count: 0 });
    expect(await run((data) => data.updateMany("t", own, { $set: { lost: true } }))).toEqual({ count: 0 });
  }
  expect(await run((data) => data.getArray("t", { lost: { $exists: false } }))).toHaveLength(3);
});

test("an update with a field filter is no older form when it has other fields", async () => {
  await run((data) => data.updateMany("t", { n: 1 }, { filter: {}, seen: true }));
  expect(await run((data) => data.getArray("t", { seen: true }))).toMatchObject([{ _id: "d1", filter: {} }]);
});
