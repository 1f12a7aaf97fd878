import type { Node } from "@babel/types";
import type { Primitive } from "./value.ts";

/** Up to where a fact may matter: the last place in its function where the same expression stands. */
export interface Until {
  /** The function; undefined for a module. */
  readonly home: Node | undefined;
  /** -1 when it stands nowhere else. */
  readonly index: number;
}

/** What a condition has told about an expression on the way here. */
export interface Fact {
  /** The expression, with its variables told apart. */
  readonly subject: string;
  readonly test: FactTest;
  readonly holds: boolean;
  /** Number of calls made before it was learnt: a call may change what an object holds. */
  readonly age: number;
  readonly until: Until;
}

export type FactTest =
  | { readonly op: "truthy" | "nullish" }
  | { readonly op: "equals" | "below" | "above"; readonly to: Primitive };

/** Stands for every value that the source does not name. */
const OTHER = "\u0000another value";

/**
 * Whether some value could agree with all these facts about one expression. Numbers are tried at, between and beside
 * the constants that it is compared with, which decides every combination of comparisons.
 */
export function agree(facts: readonly Fact[], domain?: readonly Primitive[]): boolean {
  return candidates(facts, domain).some((value) => facts.every(({ holds, test }) => isTrue(test, value) === holds));
}

function candidates(facts: readonly Fact[], domain?: readonly Primitive[]): readonly Primitive[] {
  if (domain !== undefined) return domain;
  const named = facts.flatMap(({ test }) => ("to" in test ? [test.to] : []));
  const numbers = [...new Set(named.filter((value) => typeof value === "number"))].toSorted((a, b) => a - b);
  const around = numbers.flatMap((value, index) => {
    const next = numbers[index + 1];
    return [value - 1, value, value + 1, ...(next === undefined ? [] : [(value + next) / 2])];
  });
  const isCompared = facts.some(({ test }) => test.op === "below" || test.op === "above");
  // What is compared by size is a number, whatever the language would allow.
  if (isCompared) return [...around, 0, 1];
  return [...named, ...around, OTHER, true, false, null, undefined, "", 0, 1];
}

function isTrue(test: FactTest, value: Primitive): boolean {
  switch (test.op) {
    case "truthy":
      return Boolean(value);
    case "nullish":
      return value === null || value === undefined;
    case "equals":
      return value === test.to;
    case "below":
      return typeof value === "number" && typeof test.to === "number" && value < test.to;
    case "above":
      return typeof value === "number" && typeof test.to === "number" && value > test.to;
  }
}
