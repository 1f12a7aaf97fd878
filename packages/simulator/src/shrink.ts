import { type SeedOptions, type SeedReport, simulate } from "./simulate.ts";

/** A run that still breaks the same invariant, with as few faults as could be found. */
export interface Shrunk {
  readonly report: SeedReport;
  /** The opportunities at which its faults happen. */
  readonly only: readonly number[];
}

/** Drops faults one by one, from the last, for as long as the same invariant breaks. */
export async function shrink(options: SeedOptions): Promise<Shrunk> {
  let report = await simulate(options);
  const broken = invariantOf(report);
  let only = opportunitiesOf(report);
  for (let index = only.length - 1; index >= 0; index--) {
    const fewer = only.filter((_opportunity, at) => at !== index);
    const next = await simulate({ ...options, only: fewer });
    if (invariantOf(next) !== broken) continue;
    report = next;
    only = opportunitiesOf(next);
    index = Math.min(index, only.length);
  }
  return { report, only };
}

function opportunitiesOf({ faults }: SeedReport): readonly number[] {
  return faults.map(({ opportunity }) => opportunity);
}

function invariantOf({ violations }: SeedReport): string | undefined {
  return violations[0]?.split(":")[0];
}
