import { isRecord } from "@stephooks/core";
import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";

/**
 * A value to compare with, as it would be stored: a Date is its ISO text. `undefined` is null and so matches what is
 * missing; dropping it would let `{ owner: undefined }` match everybody's documents.
 *
 * @throws QueryError `invalid-operand` for what JSON cannot hold, `query-too-large`, `query-too-deep`.
 */
export function queryLiteral(value: unknown, budget: QueryBudget, depth: number): unknown {
  budget.spendNode(depth);
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "number":
      // JSON knows no negative zero.
      if (Number.isFinite(value)) return value + 0;
      throw notJson(value);
    case "object":
      return value === null ? null : literalObject(value, budget, depth);
    case "bigint":
    case "symbol":
    case "function":
      throw notJson(value);
  }
}

function literalObject(value: object, budget: QueryBudget, depth: number): unknown {
  if ("toJSON" in value && typeof value.toJSON === "function") {
    // An invalid Date prints null, which would match what is missing.
    if (value instanceof Date && Number.isNaN(value.getTime())) throw notJson(value);
    return queryLiteral(value.toJSON(), budget, depth + 1);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => queryLiteral(item, budget, depth + 1));
  if (!isRecord(value) || value instanceof RegExp || value instanceof Map || value instanceof Set) throw notJson(value);
  if (Object.hasOwn(value, "__proto__")) throw new QueryError("invalid-path", `A query cannot name "__proto__".`);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, queryLiteral(item, budget, depth + 1)]),
  );
}

function notJson(value: unknown): QueryError {
  return new QueryError(
    "invalid-operand",
    `A query compares with what JSON holds, not with ${Object.prototype.toString.call(value).slice(8, -1)} ${String(value).slice(0, 50)}.`,
  );
}
