import { isRecord } from "@stephooks/core";
import { fieldPath } from "./field-path.ts";
import { deeper, type NormalCondition, normalCondition, type Place } from "./normal-condition.ts";
import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";

const groups: ReadonlySet<string> = new Set(["$and", "$or", "$nor"]);

/** A filter as mingo gets it: every operator allowed, every value checked. @throws QueryError every code. */
export function normalFilter(filter: unknown, budget: QueryBudget): NormalCondition {
  return readFilter(filter, { budget, depth: 1, readFilter });
}

function readFilter(filter: unknown, place: Place): NormalCondition {
  if (!isRecord(filter)) throw new QueryError("invalid-query", "A filter is an object: { field: value }.");
  place.budget.spendNode(place.depth);
  const clauses = Object.entries(filter).map(([key, value]): [string, unknown] => {
    if (groups.has(key)) return [key, readGroup(key, value, place)];
    if (key.startsWith("$")) {
      throw new QueryError(
        "unknown-operator",
        `"${key.slice(0, 50)}" cannot stand where a field is expected. Operators on this level are $and, $or and $nor.`,
      );
    }
    return [fieldPath(key, place.budget), normalCondition(value, deeper(place))];
  });
  return Object.fromEntries(clauses);
}

function readGroup(key: string, value: unknown, place: Place): readonly NormalCondition[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new QueryError("invalid-operand", `${key} takes an array of at least one filter.`);
  }
  return value.map((part: unknown) => readFilter(part, deeper(place)));
}
