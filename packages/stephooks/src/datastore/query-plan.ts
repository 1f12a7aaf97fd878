import { type DocumentRange, type FieldValue, isRecord } from "@stephooks/core";
import type { Query } from "./document.ts";

/** How DynamoDB is asked for the documents of a query. Each way gives all that match, and perhaps others. */
export type QueryPlan =
  /** These documents, one read each. */
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  /** Documents with ids in a range, in order. */
  | { readonly kind: "id-range"; readonly range: DocumentRange<string> }
  /** Documents whose declared field lies in one of these ranges. */
  | { readonly kind: "field"; readonly field: string; readonly ranges: readonly DocumentRange<FieldValue>[] }
  /** Every document of the collection. */
  | { readonly kind: "scan" };

/** Values of an `$in` that are looked up one by one; with more of them the collection is read. */
const MAX_FIELD_VALUES = 20;
const MAX_IDS = 100;

/** One condition that every match meets. */
interface Conjunct {
  readonly path: string;
  readonly condition: unknown;
}

/** The cheapest way to the documents of `filter` where `fields` are declared. Decides nothing about matching. */
export function planQuery(filter: Query, fields: readonly string[]): QueryPlan {
  const conjuncts = conjunctsOf(filter, 0);
  const ofId = conjuncts.filter(({ path }) => path === "_id").map(({ condition }) => condition);
  const ids = shortest(ofId.map(equalTexts), MAX_IDS);
  if (ids) return { kind: "ids", ids };
  const equal = conjuncts.flatMap(({ condition, path }) => {
    const values = fields.includes(path) ? equalValues(condition) : undefined;
    return values && values.length <= MAX_FIELD_VALUES ? [{ field: path, values }] : [];
  });
  const best = equal.toSorted((a, b) => a.values.length - b.values.length)[0];
  if (best)
    return { kind: "field", field: best.field, ranges: best.values.map((value) => ({ from: value, to: value })) };
  const idRange = rangeOf(ofId, "string");
  if (idRange) return { kind: "id-range", range: idRange };
  for (const field of fields) {
    const conditions = conjuncts.filter(({ path }) => path === field).map(({ condition }) => condition);
    const range = rangeOf(conditions, "string") ?? rangeOf(conditions, "number");
    if (range) return { kind: "field", field, ranges: [range] };
  }
  return { kind: "scan" };
}

/** Conditions of the filter and of its `$and`s. An alternative narrows nothing by itself. */
function conjunctsOf(filter: Query, depth: number): readonly Conjunct[] {
  return Object.entries(filter).flatMap(([path, condition]) => {
    if (path === "$and" && Array.isArray(condition) && depth < 10) {
      return condition.flatMap((part) => (isRecord(part) ? conjunctsOf(part, depth + 1) : []));
    }
    return path.startsWith("$") ? [] : [{ path, condition }];
  });
}

function shortest(lists: readonly (readonly string[] | undefined)[], most: number): readonly string[] | undefined {
  return lists
    .filter((list) => list !== undefined)
    .filter(({ length }) => length <= most)
    .toSorted((a, b) => a.length - b.length)[0];
}

/** The texts one of which a match equals. */
function equalTexts(condition: unknown): readonly string[] | undefined {
  const values = equalValues(condition);
  return values?.every((value) => typeof value === "string") ? values : undefined;
}

/** The values one of which a match equals; undefined when that is not all of the condition's matches. */
function equalValues(condition: unknown): readonly FieldValue[] | undefined {
  const value = scalarOf(condition);
  if (value !== undefined) return [value];
  if (!isRecord(condition)) return undefined;
  if (Object.hasOwn(condition, "$eq")) return equalValues(condition["$eq"]);
  const list = Object.hasOwn(condition, "$in") ? condition["$in"] : undefined;
  if (!Array.isArray(list)) return undefined;
  const values = list.map(scalarOf);
  return values.every((item) => item !== undefined) ? [...new Set(values)] : undefined;
}

function scalarOf(value: unknown): FieldValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

/** A range that holds all matches of the conditions, as far as they compare with values of `type`. */
function rangeOf<Type extends "string" | "number">(
  conditions: readonly unknown[],
  type: Type,
): DocumentRange<Type extends "string" ? string : number> | undefined;
function rangeOf(conditions: readonly unknown[], type: string): DocumentRange<string | number> | undefined {
  let range: DocumentRange<string | number> = {};
  for (const condition of conditions) {
    if (!isRecord(condition)) continue;
    const bounds = boundsOf(condition, type);
    // The first bound of a side serves: another can only narrow what is looked at.
    range = { ...bounds, ...range };
  }
  return range.from === undefined && range.to === undefined ? undefined : range;
}

function boundsOf(condition: Readonly<Record<string, unknown>>, type: string): DocumentRange<string | number> {
  const bound = (...operators: readonly string[]): string | number | undefined => {
    const values = operators.map((name) => (Object.hasOwn(condition, name) ? scalarOf(condition[name]) : undefined));
    const value = values.find((item) => item !== undefined);
    return isBound(value, type) ? value : undefined;
  };
  const start = condition["$startsWith"];
  const prefix = typeof start === "string" && start !== "" && isBound(start, type) ? start : undefined;
  const from = bound("$gt", "$gte") ?? prefix;
  const to = bound("$lt", "$lte") ?? (prefix === undefined ? undefined : afterPrefix(prefix));
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/**
 * JavaScript compares texts by UTF-16 units, the store by code points. Both agree about a bound without units from
 * U+D800 on; others are left out.
 */
function isBound(value: FieldValue | undefined, type: string): value is string | number {
  if (typeof value !== type) return false;
  return typeof value === "number" || (typeof value === "string" && !/[\ud800-\uffff]/.test(value));
}

/** A text that follows all those that begin with the prefix. */
function afterPrefix(prefix: string): string | undefined {
  const last = prefix.charCodeAt(prefix.length - 1);
  return last >= 0xd7ff ? undefined : prefix.slice(0, -1) + String.fromCharCode(last + 1);
}
