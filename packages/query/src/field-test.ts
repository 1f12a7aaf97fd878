import { Query } from "mingo/query";
import { queryContext } from "./query-context.ts";
import type { TextPattern } from "./text-pattern.ts";

/** Judges what a field path found in a document; what an array holds counts like the array itself. */
export type FieldTest = (found: unknown) => boolean;

export function textTest(matches: TextPattern): FieldTest {
  return (found) => itemsOf(found).some((item) => typeof item === "string" && matches(item));
}

/** Compares numbers with numbers and texts with texts, also those in lists that a path finds through an array. */
export function orderTest(operator: "$gt" | "$gte" | "$lt" | "$lte", wanted: number | string): FieldTest {
  const meets = (item: number | string): boolean => {
    switch (operator) {
      case "$gt":
        return item > wanted;
      case "$gte":
        return item >= wanted;
      case "$lt":
        return item < wanted;
      case "$lte":
        return item <= wanted;
    }
  };
  return (found) =>
    itemsOf(found).some(
      (item) => (typeof item === "number" || typeof item === "string") && typeof item === typeof wanted && meets(item),
    );
}

/** True when one of the scalars is found; null is found where nothing is. */
export function scalarTest(wanted: ReadonlySet<unknown>): FieldTest {
  return (found) =>
    wanted.has(found ?? null) || (Array.isArray(found) && itemsOf(found).some((item) => wanted.has(item)));
}

/** Compares moments: stored dates are ISO texts or epoch milliseconds. */
export function dateTest(operator: "$eq" | "$gt" | "$gte" | "$lt" | "$lte", wanted: number): FieldTest {
  const compare: Readonly<Record<typeof operator, (moment: number) => boolean>> = {
    $eq: (moment) => moment === wanted,
    $gt: (moment) => moment > wanted,
    $gte: (moment) => moment >= wanted,
    $lt: (moment) => moment < wanted,
    $lte: (moment) => moment <= wanted,
  };
  return (found) => itemsOf(found).some((item) => compare[operator](momentOf(item)));
}

/** What mingo's own operators say about a found value. */
export function operatorTest(condition: Readonly<Record<string, unknown>>): FieldTest {
  const query = new Query({ field: condition }, { context: queryContext });
  return (found) => query.test({ field: found });
}

export function not(test: FieldTest): FieldTest {
  return (found) => !test(found);
}

export function anyOf(tests: readonly FieldTest[]): FieldTest {
  return (found) => tests.some((test) => test(found));
}

export function allOf(tests: readonly FieldTest[]): FieldTest {
  return (found) => tests.every((test) => test(found));
}

function itemsOf(found: unknown): readonly unknown[] {
  // A path through an array of objects finds what each of them holds, lists included.
  return Array.isArray(found) ? found.flat() : [found];
}

function momentOf(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}
