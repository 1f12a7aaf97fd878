import { describe, expect, test } from "vitest";
import { compileFilter, type Filter } from "../src/index.ts";

const order = {
  _id: "o-17",
  customer: { name: "Ada", email: null, tags: ["vip", "eu"] },
  items: [
    { sku: "bolt-8", quantity: 4, sizes: ["s", "m"] },
    { sku: "nut-8", quantity: 10, sizes: ["l"] },
  ],
  codes: ["order-1234", 7],
  total: 99.5,
  open: true,
  nothing: null,
  none: [],
  placedAt: "2026-03-01T10:00:00.000Z",
  seenAt: Date.UTC(2026, 2, 2),
  constructor: { name: "Red Bull" },
};

function matches(filter: Filter): boolean {
  return compileFilter(filter)(order);
}

const matching: readonly (readonly [string, Filter])[] = [
  ["no condition", {}],
  ["an equal value", { total: 99.5, open: true }],
  ["an equal object", { customer: { name: "Ada", email: null, tags: ["vip", "eu"] } }],
  ["an equal array", { "customer.tags": ["vip", "eu"] }],
  ["an item of an array", { codes: 7 }],
  ["a path into objects", { "customer.name": "Ada" }],
  ["a path through an array of objects", { "items.sku": "nut-8" }],
  ["a path with an index", { "items.0.sku": "bolt-8" }],
  ["a path through two arrays", { "items.sizes": "l" }],
  ["null for what is null", { nothing: null }],
  ["null for what is missing", { missing: null }],
  ["undefined as null", { missing: undefined }],
  ["a bare pattern", { "customer.name": /^a/i }],
  ["a pattern among an array's items", { codes: /order-\d{4}/ }],
  ["a Date as its text", { placedAt: new Date("2026-03-01T10:00:00Z") }],
  ["a moment", { placedAt: { $date: "2026-03-01T11:00:00+01:00" } }],
  ["$eq", { total: { $eq: 99.5 } }],
  ["$eq null for what is missing", { missing: { $eq: null } }],
  ["$ne", { total: { $ne: 1 } }],
  ["$ne of a pattern", { "customer.name": { $ne: /^B/ } }],
  ["$gt", { total: { $gt: 99 } }],
  ["$gt on texts", { placedAt: { $gt: "2026-02" } }],
  ["$gt a Date", { placedAt: { $gt: new Date("2026-02-28T00:00:00Z") } }],
  ["$gt a moment", { placedAt: { $gt: { $date: "2026-03-01T10:59:59+01:00" } } }],
  ["$lt a moment, stored as milliseconds", { seenAt: { $lt: { $date: "2026-03-02T00:00:01Z" } } }],
  ["$gte", { total: { $gte: 99.5 } }],
  ["$lt on any item", { "items.quantity": { $lt: 5 } }],
  ["$lte", { total: { $lte: 99.5 } }],
  ["two operators", { total: { $gt: 99, $lt: 100 } }],
  ["$in", { total: { $in: [1, 99.5] } }],
  ["$in with a pattern", { "customer.name": { $in: ["Bob", /^Ad/] } }],
  ["$in null for what is missing", { missing: { $in: [null] } }],
  ["$in on an array", { codes: { $in: [7, 8] } }],
  ["$in on a path through two arrays", { "items.sizes": { $in: ["l", "xl"] } }],
  ["$in an array as a whole", { codes: { $in: [["order-1234", 7]] } }],
  ["$in an object", { customer: { $in: [1, { name: "Ada", email: null, tags: ["vip", "eu"] }] } }],
  ["$in a list of dates", { placedAt: { $in: [{ $date: "2026-03-01T10:00Z" }] } }],
  ["$nin", { total: { $nin: [1, 2] } }],
  ["$nin of what is missing", { missing: { $nin: [1] } }],
  ["$nin with a pattern", { "customer.name": { $nin: [/^B/] } }],
  ["$exists", { nothing: { $exists: true } }],
  ["$exists false", { "customer.phone": { $exists: false } }],
  ["$exists as 1", { total: { $exists: 1 } }],
  ["$regex text", { "customer.name": { $regex: "^ada$", $options: "i" } }],
  ["$regex RegExp", { "customer.name": { $regex: /DA/i } }],
  ["$startsWith", { placedAt: { $startsWith: "2026-03" } }],
  ["$startsWith any item", { codes: { $startsWith: "order" } }],
  ["$endsWith", { "items.sku": { $endsWith: "t-8" } }],
  ["$not", { total: { $not: { $gt: 100 } } }],
  ["$not a pattern", { "customer.name": { $not: /^B/ } }],
  ["$not of our own operators", { placedAt: { $not: { $startsWith: "2025" } } }],
  ["$size", { codes: { $size: 2 } }],
  ["$size 0", { none: { $size: 0 } }],
  ["$all", { "customer.tags": { $all: ["eu", "vip"] } }],
  ["$all with a pattern", { "customer.tags": { $all: ["eu", /^v/] } }],
  ["$all with $elemMatch", { items: { $all: [{ $elemMatch: { sku: "nut-8", quantity: { $gt: 9 } } }] } }],
  ["$elemMatch", { items: { $elemMatch: { sku: "bolt-8", quantity: 4 } } }],
  ["$elemMatch of operators", { codes: { $elemMatch: { $gt: 3, $lt: 9 } } }],
  ["$elemMatch of operators, through an array", { "items.sizes": { $elemMatch: { $in: ["l"] } } }],
  ["$elemMatch with a pattern", { items: { $elemMatch: { sku: /^bolt/, quantity: { $lt: 5 } } } }],
  ["$elemMatch with $or", { items: { $elemMatch: { $or: [{ sku: "x" }, { quantity: 10 }] } } }],
  ["$and", { $and: [{ total: 99.5 }, { open: true }] }],
  ["$or", { $or: [{ total: 1 }, { open: true }] }],
  ["$nor", { $nor: [{ total: 1 }, { open: false }] }],
  ["groups in groups", { $or: [{ $and: [{ total: 99.5 }, { $nor: [{ open: false }] }] }] }],
  ["a field named constructor", { "constructor.name": "Red Bull" }],
  ["an object with a key named constructor", { constructor: { name: "Red Bull" } }],
];

const others: readonly (readonly [string, Filter])[] = [
  ["a value of another type", { total: "99.5" }],
  ["part of an object", { customer: { name: "Ada" } }],
  ["a string for null", { nothing: "" }],
  ["null for a value", { total: null }],
  ["undefined for a value", { total: undefined }],
  ["one of two conditions", { total: 99.5, open: false }],
  ["$ne on an array that holds it", { codes: { $ne: 7 } }],
  ["$ne of a moment", { placedAt: { $ne: { $date: "2026-03-01T10:00Z" } } }],
  ["$gt across types", { total: { $gt: "1" } }],
  ["$gt what is missing", { missing: { $gt: 0 } }],
  ["$gt equal", { total: { $gt: 99.5 } }],
  ["$gte less", { total: { $gte: 99.6 } }],
  ["$lt equal", { total: { $lt: 99.5 } }],
  ["$lte more", { total: { $lte: 99.4 } }],
  ["$lte a moment before", { placedAt: { $lte: { $date: "2026-03-01T09:59:59Z" } } }],
  ["$gte a moment after", { placedAt: { $gte: { $date: "2026-03-01T10:00:01Z" } } }],
  ["a moment of what is no date", { "customer.name": { $gt: { $date: "2020-01-01" } } }],
  ["$in without it", { total: { $in: [1, 2] } }],
  ["$in nothing", { total: { $in: [] } }],
  ["$nin with it", { codes: { $nin: [7] } }],
  ["$nin with its pattern", { "customer.name": { $nin: [/^A/] } }],
  ["$exists of what is missing", { missing: { $exists: true } }],
  ["$exists false of null", { nothing: { $exists: false } }],
  ["$regex in another case", { "customer.name": { $regex: "ada" } }],
  ["$startsWith its middle", { placedAt: { $startsWith: "03" } }],
  ["$endsWith its start", { placedAt: { $endsWith: "2026" } }],
  ["$startsWith a number", { total: { $startsWith: "9" } }],
  ["$not", { total: { $not: { $gt: 99 } } }],
  ["$size of another length", { codes: { $size: 1 } }],
  ["$size of no array", { total: { $size: 1 } }],
  ["$all with one missing", { "customer.tags": { $all: ["eu", "us"] } }],
  ["$all of nothing", { "customer.tags": { $all: [] } }],
  ["$elemMatch across items", { items: { $elemMatch: { sku: "bolt-8", quantity: 10 } } }],
  ["$elemMatch of what is no array", { "items.quantity": { $elemMatch: { $gt: 3, $lt: 5 } } }],
  ["$and with one false", { $and: [{ total: 99.5 }, { open: false }] }],
  ["$or with none true", { $or: [{ total: 1 }, { open: false }] }],
  ["$nor with one true", { $nor: [{ total: 99.5 }, { open: false }] }],
  ["what every object inherits", { toString: { $exists: true } }],
  ["what every object inherits, by path", { "customer.constructor": { $exists: true } }],
  ["a text's length", { "customer.name.length": 3 }],
];

describe("compileFilter", () => {
  test.each(matching)("matches: %s", (_name, filter) => {
    expect(matches(filter)).toBe(true);
  });

  test.each(others)("does not match: %s", (_name, filter) => {
    expect(matches(filter)).toBe(false);
  });

  test("a pattern's flags m and s count", () => {
    const lines = { text: "one\ntwo" };
    expect(compileFilter({ text: /^two$/m })(lines)).toBe(true);
    expect(compileFilter({ text: /^two$/ })(lines)).toBe(false);
    expect(compileFilter({ text: { $regex: "one.two", $options: "s" } })(lines)).toBe(true);
    expect(compileFilter({ text: /one.two/ })(lines)).toBe(false);
  });

  test("a pattern is searched afresh in every document, also with the flag g", () => {
    const match = compileFilter({ name: /a/g });
    expect([match({ name: "a" }), match({ name: "a" }), match({ name: "ba" })]).toEqual([true, true, true]);
  });
});
