import { isRecord } from "@stephooks/core";
import { type FoundValues, foundValues } from "./found-values.ts";
import type { TextPattern } from "./text-pattern.ts";
import { sameJson } from "./update-values.ts";

/** Judges what a field path found in a document. */
export type FieldTest = (found: FoundValues) => boolean;

export type Order = "$gt" | "$gte" | "$lt" | "$lte";

/** The same value, or an array that holds it; null is also what is missing. */
export function equalTest(wanted: unknown): FieldTest {
  return typeof wanted === "object" && wanted !== null
    ? ({ items }) => items.some((item) => sameJson(item, wanted))
    : scalarTest(new Set([wanted]));
}

/** True when one of the scalars is found. */
export function scalarTest(wanted: ReadonlySet<unknown>): FieldTest {
  return ({ items }) => items.some((item) => wanted.has(item ?? null));
}

export function textTest(matches: TextPattern): FieldTest {
  return ({ items }) => items.some((item) => typeof item === "string" && matches(item));
}

/** Compares values of one type only: numbers, texts, or false with true. */
export function orderTest(operator: Order, wanted: number | string | boolean): FieldTest {
  return ({ items }) =>
    items.some((item) => isComparable(item) && typeof item === typeof wanted && meets(item, wanted));
  function meets(item: number | string | boolean, other: number | string | boolean): boolean {
    switch (operator) {
      case "$gt":
        return item > other;
      case "$gte":
        return item >= other;
      case "$lt":
        return item < other;
      case "$lte":
        return item <= other;
    }
  }
}

/** Compares moments: stored dates are ISO texts or epoch milliseconds. */
export function dateTest(operator: "$eq" | Order, wanted: number): FieldTest {
  const compare: Readonly<Record<typeof operator, (moment: number) => boolean>> = {
    $eq: (moment) => moment === wanted,
    $gt: (moment) => moment > wanted,
    $gte: (moment) => moment >= wanted,
    $lt: (moment) => moment < wanted,
    $lte: (moment) => moment <= wanted,
  };
  return ({ items }) => items.some((item) => compare[operator](momentOf(item)));
}

export function existsTest(wanted: boolean): FieldTest {
  return ({ values }) => values.some((value) => value !== undefined) === wanted;
}

export function sizeTest(wanted: number): FieldTest {
  return ({ values }) => values.some((value) => Array.isArray(value) && value.length === wanted);
}

/** True when one item of an array meets a condition by itself. */
export function itemTest(meets: FieldTest): FieldTest {
  return ({ values }) =>
    values.some((value) => Array.isArray(value) && value.some((item) => meets(foundValues([item]))));
}

/** True when one object of an array matches. */
export function objectTest(matches: (document: Readonly<Record<string, unknown>>) => boolean): FieldTest {
  return ({ values }) =>
    values.some((value) => Array.isArray(value) && value.some((item) => isRecord(item) && matches(item)));
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

function isComparable(item: unknown): item is number | string | boolean {
  return typeof item === "number" || typeof item === "string" || typeof item === "boolean";
}

function momentOf(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}
