import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileUpdate, QueryError, type Update } from "../src/index.ts";

const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);

const before = {
  _id: "a",
  n: 1,
  text: "t",
  list: [1, 2, 2],
  deep: { m: 5, items: [{ q: 1 }, { q: 9 }] },
  nothing: null,
};

const changed = (update: Update): Record<string, unknown> => compileUpdate(update)(before);

describe("operators", () => {
  test.each<[string, Update, object]>([
    ["$set adds and replaces", { $set: { n: 2, "deep.x.y": [1] } }, { n: 2, deep: { ...before.deep, x: { y: [1] } } }],
    ["$set stores dates as text", { $set: { at: new Date(0) } }, { at: "1970-01-01T00:00:00.000Z" }],
    ["$set of nothing changes nothing", { $set: {} }, {}],
    ["$set keeps dots inside values", { $set: { events: { "api.calls": 1 } } }, { events: { "api.calls": 1 } }],
    ["$set reaches into arrays", { $set: { "deep.items.1.q": 7 } }, { deep: { m: 5, items: [{ q: 1 }, { q: 7 }] } }],
    ["$set appends right behind the end", { $set: { "list.3": 9 } }, { list: [1, 2, 2, 9] }],
    ["$inc starts at 0", { $inc: { n: 2, "deep.k": -1 } }, { n: 3, deep: { ...before.deep, k: -1 } }],
    ["$mul", { $mul: { n: 5, none: 3 } }, { n: 5, none: 0 }],
    ["$min and $max", { $min: { n: 0, x: 4 }, $max: { text: "u" } }, { n: 0, x: 4, text: "u" }],
    ["$min and $max that change nothing", { $min: { n: 3 }, $max: { text: "a" } }, {}],
    ["$push appends", { $push: { list: 3, fresh: { a: 1 } } }, { list: [1, 2, 2, 3], fresh: [{ a: 1 }] }],
    ["$push appends each", { $push: { list: { $each: [4, 5] } } }, { list: [1, 2, 2, 4, 5] }],
    ["$push of an array is one element", { $push: { list: [4] } }, { list: [1, 2, 2, [4]] }],
    ["$addToSet", { $addToSet: { list: 2, fresh: { $each: [1, 1, 2] } } }, { list: [1, 2, 2], fresh: [1, 2] }],
    ["$pull takes equal elements", { $pull: { list: 2, none: 1 } }, { list: [1] }],
    ["$pull takes what a condition matches", { $pull: { list: { $gte: 2 } } }, { list: [1] }],
    [
      "$pull takes objects a query matches",
      { $pull: { "deep.items": { q: { $gt: 4 } } } },
      { deep: { m: 5, items: [{ q: 1 }] } },
    ],
    ["$pull takes equal objects", { $pull: { "deep.items": { q: 1 } } }, { deep: { m: 5, items: [{ q: 9 }] } }],
    ["$pullAll", { $pullAll: { list: [1, 2] } }, { list: [] }],
    ["$pop from the end", { $pop: { list: 1 } }, { list: [1, 2] }],
    ["$pop from the front", { $pop: { list: -1, none: 1 } }, { list: [2, 2] }],
    ["$pop by name", { $pop: "list" }, { list: [1, 2] }],
    ["$rename moves", { $rename: { n: "deep.n", none: "x" } }, { n: undefined, deep: { ...before.deep, n: 1 } }],
    [
      "several in one step",
      { $inc: { n: 1 }, $push: { list: 1 }, $unset: { text: "" } },
      { n: 2, list: [1, 2, 2, 1], text: undefined },
    ],
    ["no operator merges on every level", { deep: { z: 1 }, list: [0] }, { deep: { ...before.deep, z: 1 }, list: [0] }],
    ["no operator with null stores null", { text: null, gone: undefined }, { text: null }],
  ])("%s", (_name, update, expected) => {
    const given = structuredClone(before);
    expect(compileUpdate(update)(given)).toEqual(JSON.parse(JSON.stringify({ ...before, ...expected })));
    expect(given).toEqual(before);
  });

  test.each([{ $unset: { text: "" } }, { $unset: ["text"] }, { $unset: "text" }])(
    "%j takes the field away",
    (update) => {
      expect(Object.keys(changed(update))).not.toContain("text");
    },
  );

  test("taking a position of an array away keeps the others where they are", () => {
    expect(changed({ $unset: { "list.0": "" } })).toMatchObject({ list: [null, 2, 2] });
  });
});

describe("refusals", () => {
  test.each<[string, Update, string]>([
    ["a new _id", { $set: { _id: "b" } }, "invalid-update"],
    ["a taken _id", { $unset: { _id: "" } }, "invalid-update"],
    ["an _id by merging", { _id: "b" }, "invalid-update"],
    ["a renamed _id", { $rename: { _id: "id" } }, "invalid-update"],
    ["a field beside operators", { $set: { a: 1 }, b: 1 }, "invalid-update"],
    ["$inc of a text", { $inc: { n: "1" } }, "invalid-operand"],
    ["$inc of nothing", { $inc: 5 }, "invalid-operand"],
    ["$inc where a text is", { $inc: { text: 1 } }, "invalid-update"],
    ["$inc beyond all numbers", { $mul: { n: 1.7e308 }, $inc: { n: 1.7e308 } }, "invalid-update"],
    ["$push where a number is", { $push: { n: 1 } }, "invalid-update"],
    ["$push with modifiers", { $push: { list: { $each: [1], $slice: 2 } } }, "invalid-operand"],
    ["a way through a text", { $set: { "text.a": 1 } }, "invalid-update"],
    ["a name in an array", { $set: { "list.name": 1 } }, "invalid-update"],
    ["past the end of an array", { $set: { "list.9": 1 } }, "invalid-update"],
    ["an unknown operator", { $setOnInsert: { a: 1 } }, "unknown-operator"],
    ["$where in $pull", { $pull: { list: { $where: "1" } } }, "unknown-operator"],
    ["a path to a prototype", { $set: { "a.__proto__.b": 1 } }, "invalid-path"],
    ["a $ in a path", { $set: { "a.$x": 1 } }, "invalid-path"],
    ["a BigInt", { $set: { a: 1n } }, "invalid-operand"],
    ["a list", [] as never, "invalid-update"],
    ["nothing", undefined as never, "invalid-update"],
  ])("%s is refused", (_name, update, code) => {
    expect(() => compileUpdate(update)(before)).toThrow(expect.objectContaining({ code }));
    expect(() => compileUpdate(update)(before)).toThrow(QueryError);
  });

  test("codehooks' words for a wrong $inc are kept", () => {
    expect(() => compileUpdate({ $inc: { n: "1" } })).toThrow(
      "The value of $inc must be an object where each property is a number",
    );
  });

  test("values that nest 10,000 levels are refused without a stack overflow", () => {
    const deep = Array.from({ length: 10_000 }).reduce<object>((inner) => ({ inner }), {});
    for (const update of [{ $set: { deep } }, { $push: { list: deep } }, { deep }]) {
      expect(() => compileUpdate(update as Update)(before)).toThrow(
        expect.objectContaining({ code: "query-too-deep" }),
      );
    }
  });
});

test(`any update leaves its document and every prototype as they were (seed ${seed})`, () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const path = fc.constantFrom(
    "n",
    "deep.m",
    "list.0",
    "__proto__",
    "constructor.prototype",
    "a.b",
    "deep.items",
    "text",
  );
  const operator = fc.constantFrom(
    "$set",
    "$inc",
    "$push",
    "$pull",
    "$addToSet",
    "$pop",
    "$unset",
    "$rename",
    "$min",
    "$mul",
  );
  const update = fc.oneof(json, fc.dictionary(operator, fc.dictionary(path, json)));
  fc.assert(
    fc.property(update, (given) => {
      const document = structuredClone(before);
      const members = Object.getOwnPropertyNames(Object.prototype).length;
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a request may bring
        const result = compileUpdate(given as Update)(document);
        expect(result["_id"]).toBe("a");
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError);
      }
      expect(document).toEqual(before);
      expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(members);
    }),
    { seed, numRuns: 2_000 },
  );
});
