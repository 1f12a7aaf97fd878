import { compileFilter } from "@stephooks/query";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { urlQuery } from "../../src/crudlify/url-query.ts";
import { AppRequest } from "../../src/http/index.ts";

/** A query as a request has it. */
function queryOf(search: string): AppRequest["query"] {
  const path = "/notes";
  return new AppRequest({
    request: new Request(`http://localhost${path}?${search}`),
    method: "GET",
    rawPath: path,
    path,
    apiPath: path,
    ip: undefined,
  }).query;
}

const read = (search: string) => urlQuery(queryOf(search));

const dated = { $date: "2026-01-02" };

test.each<[string, object]>([
  ["n=5", { n: 5 }],
  ["n=5.5", { n: 5.5 }],
  ["n=-1", { n: -1 }],
  ["ok=true", { ok: true }],
  ["ok=false", { ok: false }],
  ["name=Ada", { name: "Ada" }],
  ['name="5"', { name: "5" }],
  ["name='true'", { name: "true" }],
  ["name=%20", { name: " " }],
  ["id=9007199254740993", { id: "9007199254740993" }],
  ["day=2026-01-02", { day: dated }],
  ["day=2026", { day: 2026 }],
  ["name=/^ad/i", { name: { $regex: "^ad", $options: "i" } }],
  ["name!=/^ad/", { name: { $not: { $regex: "^ad", $options: "" } } }],
  ["path=/", { path: "/" }],
  ["status=open,closed", { status: { $in: ["open", "closed"] } }],
  ["n=1,2", { n: { $in: [1, 2] } }],
  ['name="a,b",c', { name: { $in: ["a,b", "c"] } }],
  ["status!=open,closed", { status: { $nin: ["open", "closed"] } }],
  ["status=!open,closed", { status: { $nin: ["open", "closed"] } }],
  ["name=/a,b/,c", { $or: [{ name: { $regex: "a,b", $options: "" } }, { name: "c" }] }],
  ["name!=/a/,c", { $nor: [{ name: { $regex: "a", $options: "" } }, { name: "c" }] }],
  ["status!=open", { status: { $ne: "open" } }],
  ["status=!open", { status: { $ne: "open" } }],
  ["day!=2026-01-02", { day: { $ne: dated } }],
  ["price>5", { price: { $gt: 5 } }],
  ["price=>5", { price: { $gt: 5 } }],
  ["price>=5", { price: { $gte: 5 } }],
  ["price=>=5", { price: { $gte: 5 } }],
  ["price<5", { price: { $lt: 5 } }],
  ["price=<=5", { price: { $lte: 5 } }],
  ["day>2026-01-02", { day: { $gt: dated } }],
  ["name>m,n", { name: { $gt: "m,n" } }],
  ["name", { name: { $exists: true } }],
  ["name=", { name: { $exists: true } }],
  ["!name", { name: { $exists: false } }],
  ["name=!", { name: { $exists: false } }],
  ["n:gte=5", { n: { $gte: 5 } }],
  ["n=:gte=5", { n: { $gte: 5 } }],
  ["n:in=5", { n: 5 }],
  ["n:nin=1,2", { n: { $nin: [1, 2] } }],
  ["tags:all=a", { tags: { $all: ["a"] } }],
  ["tags:size=2", { tags: { $size: 2 } }],
  ["n:exists=true", { n: { $exists: true } }],
  ["name:startsWith=5", { name: { $startsWith: "5" } }],
  ["name:regex=^a,b", { name: { $regex: "^a,b" } }],
  ["name:regex=/^a/i", { name: { $regex: "^a", $options: "i" } }],
  ["smile=:)", { smile: ":)" }],
  ["a.b=1", { "a.b": 1 }],
])("%s is %j", (search, condition) => {
  const { filter, options } = read(search);
  expect(filter).toEqual({ $and: [condition] });
  expect(options).toBeUndefined();
  expect(() => compileFilter(filter)).not.toThrow();
});

test("all conditions hold: those of a repeated key, and those beside q", () => {
  expect(read('price=>5&price=<20&q={"name":"Ada"}').filter).toEqual({
    $and: [{ price: { $gt: 5 } }, { price: { $lt: 20 } }, { name: "Ada" }],
  });
});

test.each(["", "q={}", "limit=5", "sort=a"])("%j has no condition", (search) => {
  expect(read(search).filter).toEqual({});
});

test.each<[string, object]>([
  ["limit=5&offset=10", { limit: "5", offset: "10", hints: {} }],
  ["sort=a,-b,%2Bc,+d", { sort: { a: 1, b: -1, c: 1, d: 1 }, hints: {} }],
  ["fields=a, b.c", { hints: { $fields: { a: 1, "b.c": 1 } } }],
  ["fields=a&omit=b", { hints: { $fields: { b: 0 } } }],
  ['h={"limit":2,"skip":1,"$sort":{"a":-1}}', { limit: 2, offset: 1, sort: { a: -1 }, hints: {} }],
  ['h={"fields":"a,b","count":true}', { hints: { $fields: "a,b", count: true } }],
  ['limit=9&offset=3&h={"limit":2}', { limit: 2, offset: "3", hints: {} }],
])("%s asks for %j", (search, options) => {
  expect(read(search).options).toEqual(options);
});

describe("security 26, 33: what cannot be read is refused, never left out", () => {
  test.each([
    "!name=5",
    ">5",
    "price=>",
    "price>",
    "price!x",
    "name=,",
    "name!=",
    ":in=5",
    "q=5",
    "q=[]",
    "q={",
    "q={}&q={}",
    "limit=1&limit=2",
    "h=[]",
    'h={"useIndex":"a"}',
    'h={"filter":{}}',
    'h={"__proto__":{"limit":1}}',
    'a=[{"$out":"other"}]',
    "a=5",
  ])("%s", (search) => {
    expect(() => read(search)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });
});

test("security 24, 25: no URL makes an object with another prototype, or changes one", () => {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  const word = fc.constantFrom(
    "a",
    "__proto__",
    "constructor",
    "prototype",
    "$where",
    ".",
    "!",
    "=",
    ">",
    ":",
    ",",
    "/",
    '"',
    "in",
    "5",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      let filter: object;
      try {
        ({ filter } = read(words.map(encodeURIComponent).join("").replaceAll("%3D", "=")));
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(invalid-argument|unsafe-key)$/) });
        return;
      }
      expect(Object.getPrototypeOf(filter)).toBe(Object.prototype);
      // Whatever was read is either a filter or refused with a code.
      try {
        compileFilter({ ...filter });
      } catch (error) {
        expect(error).toHaveProperty("code");
      }
    }),
    { numRuns: 2_000 },
  );
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
});
