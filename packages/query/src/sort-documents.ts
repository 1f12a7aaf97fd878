import { isRecord } from "@stephooks/core";
import { compare, resolve } from "mingo/util";
import { fieldPath, type JsonDocument, shielded } from "./field-path.ts";
import { QueryBudget, defaultQueryLimits } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";

/** Fields to sort by, the most important first: 1 ascending, -1 descending. */
export type SortSpec = Readonly<Record<string, 1 | -1>>;

/**
 * Answers the documents sorted: what lacks a field comes first in ascending order, then null, numbers, texts, objects,
 * arrays, booleans. Equal documents keep their order.
 *
 * @throws QueryError `invalid-query`, `invalid-path`, `query-too-large`, `query-too-deep`.
 */
export function sortDocuments<Document extends JsonDocument>(
  documents: readonly Document[],
  sort: SortSpec,
): Document[] {
  const fields = readSort(sort);
  const keyed = documents.map((document) => ({ document, keys: fields.map(({ path }) => keyOf(document, path)) }));
  return keyed
    .toSorted((a, b) => {
      for (const [index, { direction }] of fields.entries()) {
        const order = compare(a.keys[index], b.keys[index]);
        if (order !== 0) return order * direction;
      }
      return 0;
    })
    .map(({ document }) => document);
}

function keyOf(document: JsonDocument, path: string): unknown {
  return resolve(shielded(document), path);
}

function readSort(sort: unknown): readonly { readonly path: string; readonly direction: number }[] {
  if (!isRecord(sort)) throw new QueryError("invalid-query", "A sort is an object: { field: 1 } or { field: -1 }.");
  const budget = new QueryBudget({ ...defaultQueryLimits, nodes: 32 });
  return Object.entries(sort).map(([path, direction]) => {
    if (direction !== 1 && direction !== -1) {
      throw new QueryError("invalid-query", `Sort by "${path.slice(0, 100)}" with 1 or -1.`);
    }
    return { path: fieldPath(path, budget), direction };
  });
}
