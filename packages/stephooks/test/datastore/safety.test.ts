import { beforeEach, describe, expect, test } from "vitest";
import { coded } from "../support/app-world.ts";
import { memoryTasks } from "./task-app.ts";

let { refusal, run } = memoryTasks();
beforeEach(async () => {
  ({ refusal, run } = memoryTasks());
  await run((data) =>
    data.insertMany("t", [
      { _id: "a", n: 1, text: "a".repeat(40) },
      { _id: "b", n: 2 },
    ]),
  );
});

/** As a body or a query string brings it: own keys of any name. */
const parsed = (text: string): Readonly<Record<string, unknown>> => JSON.parse(text);

describe("security 20, 24, 25, 32: prototypes", () => {
  test.each([
    `{"__proto__":{"polluted":1}}`,
    `{"a":{"__proto__":{"polluted":1}}}`,
    `{"__proto__.polluted":1}`,
    `{"$and":[{"__proto__":1}]}`,
    `{"a":{"$eq":{"__proto__":{"polluted":1}}}}`,
  ])("the query %s is refused and pollutes nothing", async (query) => {
    expect(await refusal((data) => data.getArray("t", parsed(query)))).toBe("400 invalid-path");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test.each([
    `{"$set":{"__proto__.polluted":1}}`,
    `{"$inc":{"__proto__.polluted":1}}`,
    `{"$push":{"a.__proto__":1}}`,
    `{"$unset":["__proto__"]}`,
    `{"$rename":{"n":"__proto__.polluted"}}`,
  ])("the update %s is refused and pollutes nothing", async (update) => {
    expect(await refusal((data) => data.updateOne("t", "a", parsed(update)))).toBe("400 invalid-path");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test.each([
    `{"$set":{"constructor.prototype.polluted":1}}`,
    `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
    `{"$set":{"a":{"__proto__":{"polluted":1}}}}`,
  ])("the update %s is data and no more", async (update) => {
    await run((data) => data.updateOne("t", "a", parsed(update)));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    const stored = await run((data) => data.getOne("t", "a"));
    expect(JSON.stringify(stored)).toContain("polluted");
    expect(await run((data) => data.count("t", { n: { $gte: 1 } }))).toEqual({ count: 2 });
  });

  test("collections and keys named as members of Object are as empty as any other", async () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      expect(await run((data) => data.getArray(name))).toEqual([]);
      expect(await run((data) => data.findOneOrNull(name, "constructor"))).toBeNull();
      expect(await run((data) => data.get(name))).toBeNull();
      expect(await run((data) => data.insertOne(name, { _id: name }))).toEqual({ _id: name });
    }
  });
});

describe("security 26, 33: operators", () => {
  const forbidden = ["$where", "$function", "$accumulator", "$expr", "$jsonSchema", "$text", "$near", "$unknown"];
  test.each(forbidden)("%s is refused wherever it stands", async (operator) => {
    for (const query of [
      { [operator]: "1" },
      { n: { [operator]: "1" } },
      { $or: [{ n: { $not: { [operator]: 1 } } }] },
    ]) {
      expect(await refusal((data) => data.getArray("t", query))).toBe("400 unknown-operator");
      expect(await refusal((data) => data.removeMany("t", query))).toBe("400 unknown-operator");
      expect(await refusal((data) => data.updateOne("t", query, { n: 1 }, { upsert: true }))).toBe(
        "400 unknown-operator",
      );
    }
    expect(await refusal((data) => data.updateOne("t", "a", { [operator]: { n: 1 } }))).toBe("400 unknown-operator");
    expect(await refusal((data) => data.updateOne("t", "a", { $pull: { list: { [operator]: 1 } } }))).toBe(
      "400 unknown-operator",
    );
    expect(await run((data) => data.count("t"))).toEqual({ count: 2 });
  });

  test.each(["$out", "$merge", "$lookup", "$unionWith"])("aggregation knows no %s", async (stage) => {
    const { aggregation } = await import("../../src/index.ts");
    expect(await refusal((data) => aggregation(data.getMany("t"), { [stage]: "other" }))).toBe("400 invalid-argument");
  });
});

describe("security 31, 32: size and paths", () => {
  const nested = (depth: number): object =>
    Array.from({ length: depth }).reduce<object>((inner) => ({ $and: [inner] }), { n: 1 });

  test.each([
    ["$and nested 10,000 times", nested(10_000), "query-too-deep"],
    ["$in of a million", { n: { $in: Array.from({ length: 1_000_000 }, (_, index) => index) } }, "query-too-large"],
    ["10,000 operators", { $or: Array.from({ length: 10_000 }, () => ({ n: 1 })) }, "query-too-large"],
    ["a path of 1,000 segments", { [Array.from({ length: 1_000 }, () => "a").join(".")]: 1 }, "query-too-deep"],
  ])("%s is refused", async (_name, query, code) => {
    expect(await refusal((data) => data.getArray("t", query as never))).toBe(`400 ${code}`);
    expect(await refusal((data) => data.explain("t", query as never))).toBe(`400 ${code}`);
  });

  test.each(["a..b", ".a", "a.", "$a.b", ""])("the path %j is refused in queries and updates", async (path) => {
    const code = path.startsWith("$") ? /unknown-operator|invalid-path/ : /invalid-path/;
    expect(await refusal((data) => data.getArray("t", { [path]: 1 }))).toMatch(code);
    expect(await refusal((data) => data.updateOne("t", "a", { $set: { [path]: 1 } }))).toMatch(code);
    expect(await refusal((data) => data.createIndex("t", [path]))).toBe("400 invalid-argument");
  });

  test("a position past the end of an array is refused, so no update fills memory", async () => {
    await run((data) => data.updateOne("t", "a", { $set: { list: [1] } }));
    expect(await refusal((data) => data.updateOne("t", "a", { $set: { "list.999999999": 1 } }))).toBe(
      "400 invalid-update",
    );
    expect(await run((data) => data.updateOne("t", "a", { $set: { "list.1": 2 } }))).toMatchObject({ list: [1, 2] });
  });
});

describe("security 30: patterns", () => {
  const hostile = ["(a+)+$", "(a|a)*$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a*)*b", "(?:a|aa)+$"];

  test.each(hostile)("%s takes no time to speak of", async (pattern) => {
    await run((data) => data.insertOne("texts", { text: `${"a".repeat(50_000)}!` }));
    const query = { text: { $regex: pattern } };
    // The library behind it is loaded once.
    await run((data) => data.getArray("t", query));
    const begin = process.cpuUsage();
    await run((data) => data.getArray("texts", query));
    const { user } = process.cpuUsage(begin);
    // Exponential patterns would take longer than the age of the universe; the bound leaves a busy machine room.
    expect(user / 1_000).toBeLessThan(2_000);
  });

  test.each(["(a)\\1", "(?=a)b", "(?<!a)b", "(", "x".repeat(10_000)])("%s is refused", async (pattern) => {
    expect(await refusal((data) => data.getArray("t", { text: { $regex: pattern } }))).toBe("400 unsafe-regex");
  });
});

describe("security 28: what is missing is not everything", () => {
  test("an undefined value in a query matches what lacks the field, not all", async () => {
    expect(await run((data) => data.getArray("t", { n: undefined }))).toEqual([]);
    expect(await run((data) => data.count("t", { owner: undefined }))).toEqual({ count: 2 });
  });

  test("many changes need a query", async () => {
    for (const query of [undefined, null, "a", 5, []]) {
      await expect(run((data) => data.removeMany("t", query as never))).rejects.toEqual(coded("invalid-argument"));
      await expect(run((data) => data.updateMany("t", query as never, { x: 1 }))).rejects.toEqual(
        coded("invalid-argument"),
      );
    }
    expect(await run((data) => data.count("t"))).toEqual({ count: 2 });
  });
});

describe("security 29: what a find may ask for", () => {
  const thousandFields = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`f${index}`, 1]));

  test.each([
    [{ limit: -1 }, "400 invalid-argument"],
    [{ limit: 1e99 }, "400 invalid-argument"],
    [{ limit: "NaN" }, "400 invalid-argument"],
    [{ offset: 2 ** 53 }, "400 invalid-argument"],
    [{ sort: { $where: 1 } }, "400 invalid-path"],
    [{ sort: { "a.$b": 1 } }, "400 invalid-path"],
    [{ sort: thousandFields }, "400 query-too-large"],
    [{ hints: { $fields: thousandFields } }, "400 query-too-large"],
    [{ hints: { $fields: { $where: 1 } } }, "400 invalid-path"],
  ])("%j is refused", async (options, code) => {
    expect((await refusal((data) => data.getArray("t", {}, options as never))).slice(0, 60)).toBe(code);
  });
});

describe("security 34: what a body brings along", () => {
  beforeEach(() =>
    run((data) =>
      data.insertMany("notes", [
        { _id: "mine", tenant: "a", text: "of a" },
        { _id: "other", tenant: "b", text: "of b" },
      ]),
    ),
  );

  test("no query within widens what is required of a document beside it", async () => {
    const queries = [
      { $or: [{ tenant: "b" }, {}] },
      { $nor: [{ tenant: "a" }] },
      { tenant: { $ne: "a" } },
      { $and: [{ tenant: { $exists: true } }] },
      { tenant: { $in: ["a", "b"] } },
    ];
    for (const query of queries) {
      const found = await run((data) => data.getArray("notes", { $and: [{ tenant: "a" }, query] }));
      expect(found.filter(({ tenant }) => tenant !== "a")).toEqual([]);
    }
    expect(await run((data) => data.getArray("notes", { ...queries[0], tenant: "a" }))).toHaveLength(1);
  });

  test("an _id of the body does not move, take over or rename a document", async () => {
    const stolen = parsed(`{"_id":"other","text":"mine now"}`);
    expect(await refusal((data) => data.updateOne("notes", "mine", stolen))).toBe("400 invalid-update");
    expect(await refusal((data) => data.updateOne("notes", "mine", { $set: stolen }))).toBe("400 invalid-update");
    expect(await refusal((data) => data.updateOne("notes", "mine", { $rename: { text: "_id" } }))).toBe(
      "400 invalid-update",
    );
    expect(await run((data) => data.replaceOne("notes", "mine", stolen))).toEqual({ _id: "mine", text: "mine now" });
    expect(await refusal((data) => data.insertOne("notes", stolen))).toBe("409 duplicate-id");
    expect(await run((data) => data.getOne("notes", "other"))).toEqual({ _id: "other", tenant: "b", text: "of b" });
  });
});
