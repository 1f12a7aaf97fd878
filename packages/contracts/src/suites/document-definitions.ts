import {
  type CollectionDefinition,
  type DocumentListing,
  type FieldValue,
  type JsonValue,
  MAX_FIELDS,
} from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { type Documents, idsOf, inserted, listed, someCollection } from "./documents-under-test.ts";

/** Documents by what they hold at the declared field `f.g`. */
const values: Readonly<Record<string, JsonValue>> = {
  negative: -1.5,
  "very-negative": -1e300,
  zero: 0,
  small: 5e-324,
  one: 1,
  two: 2,
  large: 1e300,
  empty: "",
  a: "a",
  ab: "ab",
  b: "b",
  long: "x".repeat(5_000),
  longer: `${"x".repeat(5_000)}y`,
  surrogate: "\ud800",
  emoji: "🗝",
  yes: true,
  no: false,
  null: null,
  object: { h: 1 },
  array: ["a", 1],
};

/** Ends of ranges that are asked for. */
const ranges: readonly (readonly [string, FieldValue | undefined, FieldValue | undefined])[] = [
  ["equal to 1", 1, 1],
  ["equal to 0", 0, 0],
  ["from -1.5 to 1", -1.5, 1],
  ["from 1", 1, undefined],
  ["to 0", undefined, 0],
  ["equal to an empty text", "", ""],
  ["from a to b", "a", "b"],
  ["from ab", "ab", undefined],
  ["to ab", undefined, "ab"],
  ["equal to a long text", "x".repeat(5_000), "x".repeat(5_000)],
  ["equal to true", true, true],
  ["to false", undefined, false],
  ["from 2 to 1", 2, 1],
];

/** What declaring fields and schemas promises. */
export function documentDefinitions(documents: Documents): void {
  const define: Define = async (collection, ...names) => documents().store.define(collection, { addFields: names });
  const list: List = async (listing) => idsOf(await listed(documents().store.list(listing))).toSorted();
  declarations(documents, define, list);
  fieldRanges(documents, define, list);
  fieldChanges(documents, define, list);
}

type Define = (collection: string, ...names: readonly string[]) => Promise<CollectionDefinition>;
type List = (listing: DocumentListing) => Promise<readonly string[]>;

function declarations(documents: Documents, define: Define, list: List): void {
  test("nothing is declared at first", async () => {
    expect(await documents().store.definition(someCollection())).toEqual({ fields: [] });
  });

  test("a schema is kept, replaced and removed", async () => {
    const collection = someCollection();
    const { store } = documents();
    const schema = { type: "object", properties: { "a.b": { type: "string" } }, required: [] };
    expect(await store.define(collection, { schema })).toEqual({ fields: [], schema });
    expect(await store.define(collection, {})).toEqual({ fields: [], schema });
    expect(await store.define(collection, { schema: { type: "array" } })).toMatchObject({ schema: { type: "array" } });
    expect(await store.define(collection, { schema: null })).toEqual({ fields: [] });
    expect(await store.definition(collection)).toEqual({ fields: [] });
  });

  test("fields are added and removed; twice is once", async () => {
    const collection = someCollection();
    const { store } = documents();
    expect(await define(collection, "a", "b", "a")).toEqual({ fields: ["a", "b"] });
    expect(await define(collection, "b")).toEqual({ fields: ["a", "b"] });
    expect(await store.define(collection, { removeFields: ["a", "x"] })).toEqual({ fields: ["b"] });
    await define(collection, "c", "d", "e", "f");
    await expect(define(collection, "g")).rejects.toMatchObject({ code: "invalid" });
    expect((await store.definition(collection)).fields).toHaveLength(MAX_FIELDS);
  });

  test("listing by a field that is not declared is refused", async () => {
    const collection = someCollection();
    await expect(list({ collection, field: { name: "a", from: 1 } })).rejects.toMatchObject({ code: "invalid" });
  });
}

function fieldRanges(documents: Documents, define: Define, list: List): void {
  describe.each([
    ["declared before the documents came", true],
    ["declared after the documents came", false],
  ])("a field %s", (_name, before) => {
    test("holds every document of every range, and those with arrays", async () => {
      const collection = someCollection();
      if (before) await define(collection, "other", "f.g");
      for (const [id, g] of Object.entries(values)) await inserted(documents(), collection, id, { f: { g } });
      await inserted(documents(), collection, "in-array", { f: [{ g: 1 }] });
      await inserted(documents(), collection, "without");
      if (!before) await define(collection, "other", "f.g");
      for (const [name, from, to] of ranges) {
        const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
        const found = await list({ collection, field: { name: "f.g", ...range } });
        const expected = Object.entries(values).flatMap(([id, value]) => (isIn(value, from, to) ? [id] : []));
        expect(found, name).toEqual(expect.arrayContaining([...expected, "array", "in-array"]));
        const type = typeof (from ?? to);
        const strangers = found.filter((id) => id !== "in-array" && id !== "array" && typeof values[id] !== type);
        expect(strangers, name).toEqual([]);
        expect(new Set(found).size, name).toBe(found.length);
      }
    });
  });
}

function fieldChanges(documents: Documents, define: Define, list: List): void {
  test("a document that changes is found by its new value and not by its old one", async () => {
    const collection = someCollection();
    await define(collection, "state");
    const stored = await inserted(documents(), collection, "a", { state: "new" });
    const document = { _id: "a", state: "old" };
    await documents().store.write({ collection, id: "a", document, expected: stored.version });
    expect(await list({ collection, field: { name: "state", from: "new", to: "new" } })).toEqual([]);
    expect(await list({ collection, field: { name: "state", from: "old", to: "old" } })).toEqual(["a"]);
  });

  test("a field that takes the place of a removed one finds its own values", async () => {
    const collection = someCollection();
    await define(collection, "a");
    await inserted(documents(), collection, "1", { a: "x", b: "y" });
    await documents().store.define(collection, { removeFields: ["a"], addFields: ["b"] });
    await inserted(documents(), collection, "2", { a: "y", b: "x" });
    expect(await list({ collection, field: { name: "b", from: "y", to: "y" } })).toEqual(["1"]);
    expect(await list({ collection, field: { name: "b", from: "x", to: "x" } })).toEqual(["2"]);
  });
}

function isIn(value: JsonValue, from: FieldValue | undefined, to: FieldValue | undefined): boolean {
  if (
    typeof value !== typeof (from ?? to) ||
    (typeof value !== "number" && typeof value !== "string" && typeof value !== "boolean")
  ) {
    return false;
  }
  return (from === undefined || value >= from) && (to === undefined || value <= to);
}
