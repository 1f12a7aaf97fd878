import type { JsonDocument } from "./field-path.ts";
import { filterTest } from "./filter-test.ts";
import { defaultQueryLimits, QueryBudget, type QueryLimits } from "./query-limits.ts";

/** A Mongo-style filter: `{ field: value }`, operators as `{ field: { $gt: 3 } }`, paths as `"a.b"`. */
export type Filter = Readonly<Record<string, unknown>>;

/** True for the documents that match. A document is what JSON holds. */
export type Predicate = (document: JsonDocument) => boolean;

/**
 * Compiles a filter from an untrusted source. A value matches the same value, and an array that holds it; null, and
 * `undefined`, match what is missing too. Dates compare as their ISO text, or as moments in `{ $date: … }`.
 *
 * Operators: `$eq $ne $gt $gte $lt $lte $in $nin $exists $regex` (with `$options`) `$startsWith $endsWith $not $size $all
 * $elemMatch`, and `$and $or $nor` between filters.
 *
 * @throws QueryError every code.
 */
export function compileFilter(filter: Filter, limits: Partial<QueryLimits> = {}): Predicate {
  return filterTest(filter, new QueryBudget({ ...defaultQueryLimits, ...limits }));
}
