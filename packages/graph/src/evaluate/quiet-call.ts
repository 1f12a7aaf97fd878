import { reachable } from "./heap.ts";
import type { Outcome } from "./machine.ts";
import { joined, type Path } from "./path.ts";
import { unionOf } from "./value.ts";

/**
 * Makes one outcome of those of a call that cannot come to goto. Only what it answers matters, and what it changed of what
 * was there before: variables and objects up to `mark`.
 */
export function quietOutcome(outcomes: readonly Outcome[], before: Path, mark: number): readonly Outcome[] {
  if (outcomes.length === 0) return [];
  const value = unionOf(outcomes.map((outcome) => outcome.value));
  const after = joined(outcomes.map(({ path }) => ({ ...path, facts: before.facts })));
  const kept = new Set(reachable([value], after).flatMap((one) => (one.kind === "object" ? [one.id] : [])));
  const isOld = (key: number): boolean => key <= mark || kept.has(key);
  const path: Path = {
    ...before,
    doubtful: before.doubtful || outcomes.every((outcome) => outcome.path.doubtful),
    slept: after.slept,
    guards: after.guards,
    age: after.age,
    facts: before.facts,
    names: after.names.filtered(isOld),
    heap: after.heap.filtered(isOld),
  };
  return [{ value, path }];
}
