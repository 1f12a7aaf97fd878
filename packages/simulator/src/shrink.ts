import { type SeedOptions, type SeedReport, simulate } from "./simulate.ts";

/** A run that still breaks the same invariant, with as few faults as could be found. */
export interface Shrunk {
  readonly report: SeedReport;
  /** The opportunities at which its faults happen. */
  readonly only: readonly number[];
}

/** Drops faults, first many at a time and then one by one, for as long as the same invariant breaks. */
export async function shrink(options: SeedOptions): Promise<Shrunk> {
  let report = await simulate(options);
  const broken = invariantOf(report);
  let only = opportunitiesOf(report);
  for (let size = Math.ceil(only.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = only.length; end > 0; end -= size) {
      const fewer = only.toSpliced(Math.max(0, end - size), Math.min(size, end));
      const next = await simulate({ ...options, only: fewer });
      if (invariantOf(next) !== broken) continue;
      report = next;
      only = opportunitiesOf(next);
      end = Math.min(end, only.length + size);
    }
  }
  return { report, only };
}

function opportunitiesOf({ faults }: SeedReport): readonly number[] {
  return faults.map(({ opportunity }) => opportunity);
}

function invariantOf({ violations }: SeedReport): string | undefined {
  return violations[0]?.split(":")[0];
}
