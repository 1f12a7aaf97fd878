import type { DoctorFacts } from "./doctor-facts.ts";

/** One thing that can be wrong. */
export interface Check {
  readonly code: string;
  /** A note is told and fails nothing. */
  readonly level: "problem" | "note";
  /** What is wrong and how to mend it, in one line; undefined when all is well. */
  find(facts: DoctorFacts): string | undefined;
}

export interface Finding {
  readonly code: string;
  readonly level: "problem" | "note";
  readonly message: string;
}

export function findingsOf(checks: readonly Check[], facts: DoctorFacts): readonly Finding[] {
  return checks.flatMap(({ code, find, level }) => {
    const message = find(facts);
    return message === undefined ? [] : [{ code, level, message }];
  });
}

/** A check that fails. */
export function problem(code: string, find: Check["find"]): Check {
  return { code, level: "problem", find };
}
