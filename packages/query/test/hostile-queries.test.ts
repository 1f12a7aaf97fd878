import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isRecord } from "@stephooks/core";
import { compileFilter, compileProjection, type Filter, QueryError, sortDocuments } from "../src/index.ts";

/** The code a query is refused with. */
function refusal(filter: unknown): string {
  try {
    compileFilter(filter as Filter);
  } catch (error) {
    if (error instanceof QueryError) return error.code;
    throw error;
  }
  return "accepted";
}

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let filter: unknown = { a: 1 };
  for (let level = 0; level < levels; level++) filter = wrap(filter);
  return filter;
}

const cyclic: Record<string, unknown> = {};
cyclic["a"] = cyclic;

const refused: readonly (readonly [string, unknown, string])[] = [
  ["$where", { $where: "sleep(1000)" }, "unknown-operator"],
  ["$where in a field", { a: { $where: "1" } }, "unknown-operator"],
  ["$expr", { $expr: { $gt: ["$a", 1] } }, "unknown-operator"],
  ["$function", { a: { $function: { body: "() => 1" } } }, "unknown-operator"],
  ["$jsonSchema", { $jsonSchema: {} }, "unknown-operator"],
  ["our own operator", { a: { $stephooks: [] } }, "unknown-operator"],
  ["an operator named like an object's own", { a: { $toString: 1 } }, "unknown-operator"],
  ["an operator inside $elemMatch", { a: { $elemMatch: { $where: "1" } } }, "unknown-operator"],
  ["an operator inside $not", { a: { $not: { $where: "1" } } }, "unknown-operator"],
  ["an operator inside $or", { $or: [{ $where: "1" }] }, "unknown-operator"],
  ["a field operator at the top", { $gt: 1 }, "unknown-operator"],
  ["a value beside operators", { a: { $gt: 1, b: 2 } }, "invalid-query"],
  ["no object", "a", "invalid-query"],
  ["an array", [], "invalid-query"],
  ["null", null, "invalid-query"],
  ["a text in $and", { $and: ["a"] }, "invalid-query"],
  ["an empty $or", { $or: [] }, "invalid-operand"],
  ["$in of a text", { a: { $in: "abc" } }, "invalid-operand"],
  ["$size of a text", { a: { $size: "1" } }, "invalid-operand"],
  ["$size below zero", { a: { $size: -1 } }, "invalid-operand"],
  ["$exists of a text", { a: { $exists: "false" } }, "invalid-operand"],
  ["$gt of an object", { a: { $gt: {} } }, "invalid-operand"],
  ["$not of a value", { a: { $not: 1 } }, "invalid-operand"],
  ["$regex of a number", { a: { $regex: 1 } }, "invalid-operand"],
  ["$options of a number", { a: { $regex: "a", $options: 1 } }, "invalid-operand"],
  ["$options alone", { a: { $options: "i" } }, "invalid-operand"],
  ["an unknown flag", { a: { $regex: "a", $options: "x" } }, "invalid-operand"],
  ["$startsWith of a number", { a: { $startsWith: 1 } }, "invalid-operand"],
  ["$date of nonsense", { a: { $gt: { $date: "tomorrow" } } }, "invalid-operand"],
  ["$elemMatch of a value", { a: { $elemMatch: 1 } }, "invalid-operand"],
  ["NaN", { a: Number.NaN }, "invalid-operand"],
  ["an invalid Date", { a: new Date(Number.NaN) }, "invalid-operand"],
  ["a function", { a: () => 1 }, "invalid-operand"],
  ["a bigint", { a: 1n }, "invalid-operand"],
  ["a Map", { a: new Map() }, "invalid-operand"],
  ["an empty path", { "": 1 }, "invalid-path"],
  ["an empty segment", { "a..b": 1 }, "invalid-path"],
  ["a dollar segment", { "a.$b": 1 }, "invalid-path"],
  ["__proto__", JSON.parse('{"__proto__": 1}'), "invalid-path"],
  ["a path through __proto__", { "a.__proto__.b": 1 }, "invalid-path"],
  ["__proto__ in a value", { a: JSON.parse('{"__proto__": {"x": 1}}') }, "invalid-path"],
  ["$and nested 10,000 times", nested(10_000, (inner) => ({ $and: [inner] })), "query-too-deep"],
  ["$not nested 10,000 times", { a: nested(10_000, (inner) => ({ $not: inner })) }, "query-too-deep"],
  ["$elemMatch nested 10,000 times", nested(10_000, (inner) => ({ a: { $elemMatch: inner } })), "query-too-deep"],
  ["a value nested 10,000 times", { a: nested(10_000, (inner) => [inner]) }, "query-too-deep"],
  ["a cycle", cyclic, "query-too-deep"],
  ["a path of 1,000 segments", { [Array.from({ length: 1_000 }, () => "a").join(".")]: 1 }, "query-too-deep"],
  ["$in of a million", { a: { $in: Array.from({ length: 1_000_000 }, (_, n) => n) } }, "query-too-large"],
  ["10,000 operators", { $or: Array.from({ length: 10_000 }, (_, n) => ({ a: { $gt: n } })) }, "query-too-large"],
  ["10,000 empty filters", { $or: Array.from({ length: 10_000 }, () => ({})) }, "query-too-large"],
  ["100 patterns", { $or: Array.from({ length: 100 }, (_, n) => ({ a: { $regex: `${n}` } })) }, "query-too-large"],
  [
    "100 patterns in a list",
    { a: { $in: Array.from({ length: 100 }, (_, n) => new RegExp(`${n}`)) } },
    "query-too-large",
  ],
  ["a back-reference", { a: /(a)\1/ }, "unsafe-regex"],
  ["a named back-reference", { a: /(?<n>a)\k<n>/ }, "unsafe-regex"],
  ["look-ahead", { a: /(?=a)/ }, "unsafe-regex"],
  ["look-behind", { a: /(?<=a)b/ }, "unsafe-regex"],
  ["negative look-behind", { a: /(?<!a)b/ }, "unsafe-regex"],
  ["a pattern of 10 KB", { a: { $regex: "a".repeat(10_240) } }, "unsafe-regex"],
  ["1,000 alternations", { a: { $regex: Array.from({ length: 1_000 }, (_, n) => n).join("|") } }, "unsafe-regex"],
  ["nested counts", { a: /((a{1,30}){1,30}){1,30}/ }, "unsafe-regex"],
  ["a pattern that unfolds", { a: /(a?){400}a{400}/ }, "unsafe-regex"],
  ["no pattern", { a: { $regex: "(" } }, "unsafe-regex"],
];

describe("a hostile query", () => {
  test.each(refused)("is refused: %s", (_name, filter, code) => {
    expect(refusal(filter)).toBe(code);
  });

  test("that backtracks for ever elsewhere is answered in linear time", () => {
    const match = compileFilter({ a: { $regex: "(a+)+$", $options: "i" } });
    const started = performance.now();
    expect(match({ a: `${"a".repeat(100_000)}b` })).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("limits are read", () => {
    expect(() => compileFilter({ a: { $gt: 1, $lt: 2 } }, { nodes: 3 })).toThrow(/at most 3 /);
    expect(() => compileFilter({ $or: [{ a: 1 }] }, { depth: 2 })).toThrow(/at most 2 levels/);
    expect(() => compileFilter({ a: /abc/ }, { patternLength: 2 })).toThrow(/at most 2 /);
    expect(() => compileFilter({ a: /a/, b: /b/ }, { patterns: 1 })).toThrow(/at most 1 patterns/);
  });

  test("nothing is stored in Object.prototype, whatever JSON comes", () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const key = fc.oneof(
      fc.constantFrom("__proto__", "constructor", "prototype", "a", "$gt", "$in", "$not"),
      fc.string(),
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(key, tie("value")),
        fc.array(tie("value"), { maxLength: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, json, (filter, document) => {
        if (!isRecord(filter) || !isRecord(document)) return;
        try {
          compileFilter(filter)(document);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a hostile document", () => {
  const poison = { a: { constructor: { name: 5 }, toString: 1, hasOwnProperty: 2, valueOf: 3 }, b: 1 };

  test.each<Filter>([
    { a: { $gt: 1 } },
    { a: { $in: [{ x: 1 }] } },
    { a: { $elemMatch: { x: 1 } } },
    { a: { $ne: { constructor: { name: 5 } } } },
    { a: poison.a },
  ])("cannot break a query: %j", (filter) => {
    expect(() => compileFilter(filter)(poison)).not.toThrow();
    expect(compileFilter({ $and: [{ a: poison.a }, { "a.constructor.name": 5 }] })(poison)).toBe(true);
  });

  test("cannot break a sort or a projection", () => {
    const plain = { a: { x: 1 } };
    expect(sortDocuments([poison, plain, { a: 2 }], { a: 1 })).toHaveLength(3);
    expect(compileProjection({ "a.constructor": 1 })(poison)).toEqual({ a: { constructor: { name: 5 } } });
  });
});

describe("any document", () => {
  const documents = fc
    .dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
    // Such a key is refused in a filter.
    .filter((document) => !JSON.stringify(document).includes('"__proto__"'));
  const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  test("matches its own values, and $in, $nin, $ne and $not agree with that", () => {
    fc.assert(
      fc.property(documents, documents, (given, other) => {
        const document = json(given) as Record<string, unknown>;
        const wanted = json(other) as Record<string, unknown>;
        for (const [key, value] of Object.entries(document)) {
          if (isRecord(value) && Object.keys(value).some((name) => name.startsWith("$"))) continue;
          expect(compileFilter({ [key]: { $eq: value } })(document)).toBe(true);
          expect(compileFilter({ [key]: { $in: [value] } })(document)).toBe(true);
        }
        for (const [key, value] of Object.entries(wanted)) {
          const equal = compileFilter({ [key]: { $eq: value } })(document);
          expect(compileFilter({ [key]: { $ne: value } })(document)).toBe(!equal);
          expect(compileFilter({ [key]: { $not: { $eq: value } } })(document)).toBe(!equal);
          const among = compileFilter({ [key]: { $in: [value] } })(document);
          expect(compileFilter({ [key]: { $nin: [value] } })(document)).toBe(!among);
        }
      }),
      { numRuns: 500 },
    );
  });
});
