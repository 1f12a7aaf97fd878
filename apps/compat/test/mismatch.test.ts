import { expect, test } from "vitest";
import { bodyMismatch, mismatch } from "../src/mismatch.ts";
import { filled, savedValue } from "../src/variables.ts";

test.each([
  ["equal values", 1, 1],
  ["null", { a: null }, { a: null }],
  ["a subset", { a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }],
  ["arrays item by item", [{ a: 1 }, 2], [{ a: 1, b: 2 }, 2]],
  ["$regex", { a: { $regex: "^x", $options: "i" } }, { a: "Xy" }],
  ["$length", { a: { $length: 2 } }, { a: [1, 2] }],
  ["$contains", { $contains: { a: 1 } }, [{ a: 2 }, { a: 1, b: 1 }]],
  ["$absent", { a: { $absent: true } }, { b: 1 }],
  ["$gte", { a: { $gte: 2 } }, { a: 2 }],
])("%s match", (_what, expected, actual) => {
  expect(mismatch(expected, actual)).toBeUndefined();
});

test.each([
  ["another value", { a: 1 }, { a: 2 }, "$.a should be 1, is 2"],
  ["another type", { a: 1 }, { a: "1" }, '$.a should be 1, is "1"'],
  ["a missing key", { a: null }, {}, "$.a should be null, is absent"],
  ["an inherited key", { toString: { $regex: "" } }, {}, "$.toString"],
  ["a longer array", [1], [1, 2], "$ should be [1], is [1,2]"],
  ["no object", { a: 1 }, null, "is null"],
  ["$regex without its option", { a: { $regex: "^x" } }, { a: "Xy" }, "$.a"],
  ["$length", { $length: 2 }, [1], "$ should be"],
  ["$contains", { $contains: 3 }, [1, 2], "$ should be"],
  ["$absent", { a: { $absent: true } }, { a: 1 }, "$.a"],
  ["$gte", { a: { $gte: 2 } }, { a: 1 }, "$.a"],
])("%s is told", (_what, expected, actual, told) => {
  expect(mismatch(expected, actual)).toContain(told);
});

test("an unknown operator is a mistake of the case", () => {
  expect(() => mismatch({ $gt: 1 }, 2)).toThrow("$gt");
});

test("a text is the whole body, a pattern is matched with the text, all else with its JSON", () => {
  expect(bodyMismatch("yes", "yes")).toBeUndefined();
  expect(bodyMismatch("yes", "yes!")).toContain("should be");
  expect(bodyMismatch({ $regex: "^y" }, "yes")).toBeUndefined();
  expect(bodyMismatch({ a: 1 }, '{"a":1}')).toBeUndefined();
  expect(bodyMismatch({ a: 1 }, "yes")).toContain("no JSON");
});

test("placeholders are filled at any depth, unknown ones stay", () => {
  const variables = new Map([["id", "7"]]);
  expect(filled({ path: "/{{id}}", list: [{ a: "{{id}}-{{other}}" }], n: 1 }, variables)).toEqual({
    path: "/7",
    list: [{ a: "7-{{other}}" }],
    n: 1,
  });
});

test("values are saved from JSON and from headers", () => {
  const headers = new Headers({ "set-cookie": "session=abc; Path=/" });
  expect(savedValue("a.0.id", '{"a":[{"id":5}]}', headers)).toBe("5");
  expect(savedValue("header:set-cookie session=(\\w+)", "", headers)).toBe("abc");
  expect(() => savedValue("a.b", "{}", headers)).toThrow("a.b");
});
