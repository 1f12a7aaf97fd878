import { engineParts, type EngineParts } from "./engine-parts.ts";
import type { PlannedFault } from "./fault-plan.ts";
import { invariantOf } from "./regress.ts";
import { type SeedOptions, type SeedReport, simulate } from "./simulate.ts";

/** A run that still breaks the same invariant, with as few faults as could be found. */
export interface Shrunk {
  readonly report: SeedReport;
  readonly faults: readonly PlannedFault[];
}

export type ShrinkOptions = Omit<SeedOptions, "parts"> & {
  /** Made afresh for every run: some remember what they saw. */
  readonly parts?: () => EngineParts;
};

/** Drops faults, first many at a time and then one by one, for as long as the same invariant breaks. */
export async function shrink(options: ShrinkOptions): Promise<Shrunk> {
  const { parts = () => engineParts, ...rest } = options;
  const run = (planned?: readonly PlannedFault[]): Promise<SeedReport> =>
    simulate({ ...rest, parts: parts(), ...(planned ? { planned } : {}) });
  let report = await run();
  const broken = invariantOf(report);
  let faults = faultsOf(report);
  for (let size = Math.ceil(faults.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = faults.length; end > 0; end -= size) {
      const fewer = faults.toSpliced(Math.max(0, end - size), Math.min(size, end));
      const next = await run(fewer);
      if (invariantOf(next) !== broken) continue;
      report = next;
      faults = faultsOf(next);
      end = Math.min(end, faults.length + size);
    }
  }
  return { report, faults };
}

function faultsOf({ faults }: SeedReport): readonly PlannedFault[] {
  return faults.map(({ kind, opportunity }) => ({ opportunity, kind }));
}
