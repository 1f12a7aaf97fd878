import { isRecord } from "@stephooks/core";
import { fieldPath, type JsonDocument } from "./field-path.ts";
import { findValues } from "./found-values.ts";
import { QueryBudget, defaultQueryLimits } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";

/** Fields to sort by, the most important first: 1 ascending, -1 descending. */
export type SortSpec = Readonly<Record<string, 1 | -1>>;

interface SortField {
  readonly segments: readonly string[];
  readonly direction: 1 | -1;
}

/**
 * Answers the documents sorted. Ascending: what lacks the field, null, numbers, texts (by UTF-16 units), objects, arrays,
 * booleans. An array counts as its smallest item, descending as its largest, an empty one as missing. Equal documents keep
 * their order.
 *
 * @throws QueryError `invalid-query`, `invalid-path`, `query-too-large`, `query-too-deep`.
 */
export function sortDocuments<Document extends JsonDocument>(
  documents: readonly Document[],
  sort: SortSpec,
): Document[] {
  const fields = readSort(sort);
  const keyed = documents.map((document) => ({ document, keys: fields.map((field) => keyOf(document, field)) }));
  return keyed
    .toSorted((a, b) => {
      for (const [index, { direction }] of fields.entries()) {
        const order = compareValues(a.keys[index], b.keys[index]);
        if (order !== 0) return order * direction;
      }
      return 0;
    })
    .map(({ document }) => document);
}

/** What a document is sorted by: of several values the one that comes first in that direction. */
function keyOf(document: JsonDocument, { direction, segments }: SortField): unknown {
  const values = findValues(document, segments).values.flatMap((value) => (Array.isArray(value) ? value : [value]));
  return values.reduce((best, value) => (compareValues(value, best) * direction < 0 ? value : best), values[0]);
}

const ranks: Readonly<Record<string, number>> = { undefined: 0, number: 2, string: 3, object: 4, boolean: 6 };

/** Types in their order; `undefined` is missing. */
function rankOf(value: unknown): number {
  if (value === null) return 1;
  return Array.isArray(value) ? 5 : (ranks[typeof value] ?? 7);
}

function compareValues(a: unknown, b: unknown): number {
  const apart = rankOf(a) - rankOf(b);
  if (apart !== 0) return apart;
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b);
  if (isRecord(a) && isRecord(b)) return compareLists(Object.entries(a).flat(), Object.entries(b).flat());
  return compareScalars(a, b);
}

/** Item by item; of two that agree so far the longer one is greater. */
function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [index, item] of a.entries()) {
    if (index >= b.length) return 1;
    const order = compareValues(item, b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareScalars(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return Number(a) - Number(b) || 0;
}

function readSort(sort: unknown): readonly SortField[] {
  if (!isRecord(sort)) throw new QueryError("invalid-query", "A sort is an object: { field: 1 } or { field: -1 }.");
  const budget = new QueryBudget({ ...defaultQueryLimits, nodes: 32 });
  return Object.entries(sort).map(([path, direction]) => {
    if (direction !== 1 && direction !== -1) {
      throw new QueryError("invalid-query", `Sort by "${path.slice(0, 100)}" with 1 or -1.`);
    }
    return { segments: fieldPath(path, budget), direction };
  });
}
