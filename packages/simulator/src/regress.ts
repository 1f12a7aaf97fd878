import { engineParts } from "./engine-parts.ts";
import type { PlannedFault } from "./fault-plan.ts";
import { canary, mutants } from "./mutants.ts";
import type { ProfileName } from "./profiles.ts";
import type { Shape } from "./shape.ts";
import { type SeedReport, simulate } from "./simulate.ts";

/** A run that once broke an invariant, small enough to be read, with everything it needs to be repeated. */
export interface RegressCase {
  /** What was wrong, in one sentence. */
  readonly about: string;
  /** What it broke: the first word of the violation. */
  readonly broke: string;
  readonly profile: ProfileName;
  readonly seed: number;
  /** The workflows; those of the seed when absent. */
  readonly shapes?: readonly Shape[];
  readonly faults: readonly PlannedFault[];
  /** The wrong engine that breaks it; absent when the engine itself did, before it was corrected. */
  readonly mutant?: string;
}

/** Repeats a case on the engine as it is, or on the wrong one that the case was found with. */
export function replayCase(given: RegressCase, on: "engine" | "mutant", traced = false): Promise<SeedReport> {
  const { faults, mutant, profile, seed, shapes } = given;
  const wrong = [canary, ...mutants].find(({ name }) => name === mutant);
  if (on === "mutant" && wrong === undefined) throw new TypeError(`no mutant "${mutant}"`);
  const parts = on === "mutant" && wrong ? wrong.parts() : engineParts;
  return simulate({ profile, seed, planned: faults, parts, traced, ...(shapes ? { shapes } : {}) });
}

/** The invariant that a violation names. */
export function invariantOf({ violations }: SeedReport): string | undefined {
  return violations[0]?.split(":")[0];
}
