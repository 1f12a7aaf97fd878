import { isRecord } from "@stephooks/core";
import { conditionTest, deeper, type DocumentTest, type Place } from "./condition-test.ts";
import { fieldPath } from "./field-path.ts";
import { findValues } from "./found-values.ts";
import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";

const groups: Readonly<Record<string, (tests: readonly DocumentTest[]) => DocumentTest>> = {
  $and: (tests) => (document) => tests.every((test) => test(document)),
  $or: (tests) => (document) => tests.some((test) => test(document)),
  $nor: (tests) => (document) => !tests.some((test) => test(document)),
};

/** A filter as a test: every operator allowed, every value checked. @throws QueryError every code. */
export function filterTest(filter: unknown, budget: QueryBudget): DocumentTest {
  return readFilter(filter, { budget, depth: 1, readFilter });
}

function readFilter(filter: unknown, place: Place): DocumentTest {
  if (!isRecord(filter)) throw new QueryError("invalid-query", "A filter is an object: { field: value }.");
  place.budget.spendNode(place.depth);
  const tests = Object.entries(filter).map(([key, value]): DocumentTest => {
    const group = Object.hasOwn(groups, key) ? groups[key] : undefined;
    if (group) return group(readGroup(key, value, place));
    if (key.startsWith("$")) {
      throw new QueryError(
        "unknown-operator",
        `"${key.slice(0, 50)}" cannot stand where a field is expected. Operators on this level are $and, $or and $nor.`,
      );
    }
    const segments = fieldPath(key, place.budget);
    const meets = conditionTest(value, deeper(place));
    return (document) => meets(findValues(document, segments));
  });
  return (document) => tests.every((test) => test(document));
}

function readGroup(key: string, value: unknown, place: Place): readonly DocumentTest[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new QueryError("invalid-operand", `${key} takes an array of at least one filter.`);
  }
  return value.map((part: unknown) => readFilter(part, deeper(place)));
}
