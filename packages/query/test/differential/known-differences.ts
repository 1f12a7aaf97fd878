import { isRecord } from "@stephooks/core";
import type { Filter } from "../../src/index.ts";

/** Where the other evaluator reads a query in another way, and why ours is right. */
export interface KnownDifference {
  readonly id: string;
  /** What is documented, and where. */
  readonly documented: string;
  readonly example: { readonly filter: Filter; readonly document: object; readonly ours: boolean };
  /** True for the pairs that it can be about. */
  readonly concerns: (filter: Filter, document: unknown) => boolean;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    id: "arrays-in-arrays",
    documented:
      "MongoDB manual, Query an Array: a condition looks at an array and at its elements, one level deep; sift unwraps the arrays within",
    example: { filter: { a: 1 }, document: { a: [[1]] }, ours: false },
    concerns: (_filter, document) => some(document, (value) => Array.isArray(value) && value.some(Array.isArray)),
  },
  {
    id: "positions-in-texts",
    documented: "MongoDB manual, Dot Notation: a number names an element of an array; sift reads the letter of a text",
    example: { filter: { "a.0": "x" }, document: { a: "xyz" }, ours: false },
    concerns: (filter, document) =>
      /\.\d/.test(JSON.stringify(filter)) && some(document, (value) => typeof value === "string"),
  },
  {
    id: "characters-of-two-units",
    documented:
      "MongoDB manual, $regex: patterns are matched in UTF-8, where the dot is one character; sift's RegExp takes it for a UTF-16 unit",
    example: { filter: { a: { $regex: "^.$" } }, document: { a: "🗝" }, ours: true },
    concerns: (filter, document) =>
      /"\$regex":"\^\.\$"/.test(JSON.stringify(filter)) && some(document, (value) => value === "🗝"),
  },
  {
    id: "null-in-objects",
    documented:
      "MongoDB manual, Query on Embedded Documents: equality of a document is an exact match; sift takes a null in it for what is missing",
    example: { filter: { a: { x: null } }, document: { a: { y: 1 } }, ours: false },
    concerns: (filter) => /"[xy]":null/.test(JSON.stringify(filter)),
  },
  {
    id: "elem-match-of-scalars",
    documented:
      "MongoDB manual, $elemMatch (query): a filter of fields is met by an embedded document; sift applies it to scalars, which lack every field",
    example: { filter: { a: { $elemMatch: { x: { $ne: 1 } } } }, document: { a: ["text"] }, ours: false },
    concerns: (filter, document) => JSON.stringify(filter).includes("$elemMatch") && holdsScalars(document),
  },
  {
    id: "null-behind-the-end",
    documented:
      "MongoDB manual, Query for Null or Missing Fields: null finds what lacks the field; sift does not take a position behind the end of an array for lacking",
    example: { filter: { "a.1": null }, document: { a: [{ x: 1 }] }, ours: true },
    concerns: (filter, document) =>
      /\.\d[".]/.test(JSON.stringify(filter)) &&
      JSON.stringify(filter).includes("null") &&
      some(document, (value) => Array.isArray(value)),
  },
  {
    id: "null-in-array-of-scalars",
    documented:
      "MongoDB's own test jstests/core/null_query_semantics.js: a path into an array without objects finds nothing, not even null",
    example: { filter: { "a.b": null }, document: { a: [1, "x"] }, ours: false },
    concerns: (filter, document) =>
      /"\w+\.\w/.test(JSON.stringify(filter)) &&
      (holdsScalars(document) || some(document, (value) => Array.isArray(value) && value.length === 0)),
  },
];

/** In an array. */
function holdsScalars(document: unknown): boolean {
  return some(document, (value) => Array.isArray(value) && !value.every(isRecord));
}

function some(value: unknown, test: (value: unknown) => boolean): boolean {
  if (test(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some((item) => some(item, test));
}
