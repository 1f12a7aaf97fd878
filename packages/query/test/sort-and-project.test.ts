import { describe, expect, test } from "vitest";
import { compileProjection, type Projection, sortDocuments, type SortSpec } from "../src/index.ts";

describe("sortDocuments", () => {
  const people = [
    { name: "Bo", age: 40, home: { city: "Oslo" } },
    { name: "Al", age: 40, home: { city: "Bern" } },
    { name: "Cy" },
    { name: "Di", age: 9 },
  ];
  const names = (sort: SortSpec) => sortDocuments(people, sort).map(({ name }) => name);

  test("sorts by several fields in order, missing first", () => {
    expect(names({ age: 1, name: 1 })).toEqual(["Cy", "Di", "Al", "Bo"]);
    expect(names({ age: -1, name: 1 })).toEqual(["Al", "Bo", "Di", "Cy"]);
    expect(names({ "home.city": 1 })).toEqual(["Cy", "Di", "Al", "Bo"]);
  });

  test("keeps the order of equal documents, and the given array as it is", () => {
    expect(names({ age: -1 })).toEqual(["Bo", "Al", "Di", "Cy"]);
    expect(people.map(({ name }) => name)).toEqual(["Bo", "Al", "Cy", "Di"]);
    expect(names({})).toEqual(["Bo", "Al", "Cy", "Di"]);
  });

  test("null comes after what is missing, numbers before texts", () => {
    const values = ["a", 1, null, undefined].map((value) => ({ value }));
    expect(sortDocuments(values, { value: 1 }).map(({ value }) => value)).toEqual([undefined, null, 1, "a"]);
  });

  test.each<[unknown, string]>([
    [{ a: "1" }, "invalid-query"],
    [{ a: 2 }, "invalid-query"],
    ["a", "invalid-query"],
    [{ $natural: 1 }, "invalid-path"],
    [{ "a.__proto__": 1 }, "invalid-path"],
    [Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, 1])), "query-too-large"],
  ])("refuses %j", (sort, code) => {
    expect(() => sortDocuments([], sort as SortSpec)).toThrow(expect.objectContaining({ code }));
  });
});

describe("compileProjection", () => {
  const document = { _id: "1", a: 1, b: { c: 2, d: 3 }, e: [{ f: 4, g: 5 }, 6, { f: 7 }] };

  test.each<[Projection, object]>([
    [{}, document],
    [{ a: 1 }, { _id: "1", a: 1 }],
    [{ a: true, _id: 0 }, { a: 1 }],
    [{ _id: 1 }, { _id: "1" }],
    [{ "b.c": 1 }, { _id: "1", b: { c: 2 } }],
    [{ "e.f": 1 }, { _id: "1", e: [{ f: 4 }, { f: 7 }] }],
    [
      { b: 1, "b.c": 1 },
      { _id: "1", b: { c: 2 } },
    ],
    [{ nothing: 1 }, { _id: "1" }],
    [{ a: 0 }, { _id: "1", b: document.b, e: document.e }],
    [{ _id: 0 }, { a: 1, b: document.b, e: document.e }],
    [
      { a: 0, _id: 0, "b.d": false, "e.f": 0 },
      { b: { c: 2 }, e: [{ g: 5 }, 6, {}] },
    ],
  ])("%j", (projection, expected) => {
    expect(compileProjection(projection)(document)).toEqual(expected);
  });

  test.each<[unknown, string]>([
    [{ a: 1, b: 0 }, "invalid-query"],
    [{ a: 2 }, "invalid-query"],
    [[], "invalid-query"],
    [{ $a: 1 }, "invalid-path"],
  ])("refuses %j", (projection, code) => {
    expect(() => compileProjection(projection as Projection)).toThrow(expect.objectContaining({ code }));
  });

  test("shows what is the document's own only", () => {
    const hidden = Object.fromEntries<1>([
      ["toString", 1],
      ["constructor.name", 1],
    ]);
    expect(compileProjection(hidden)(document)).toEqual({ _id: "1" });
  });
});
