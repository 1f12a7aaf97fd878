import type { EngineParts } from "./engine-parts.ts";
import type { ProfileName } from "./profiles.ts";
import { type SeedOptions, type SeedReport, simulate } from "./simulate.ts";

export interface SeedRange {
  readonly profile: ProfileName;
  readonly from: number;
  readonly count: number;
  /** Every which seed of the range; 1 unless given. */
  readonly step?: number;
  /** Each seed once instead of twice. */
  readonly once?: boolean;
  readonly parts?: () => EngineParts;
  /** Stops after this many bad seeds; never unless given. */
  readonly stopAfter?: number;
}

/** A seed with what was wrong in it. */
export interface BadSeed {
  readonly seed: number;
  readonly profile: ProfileName;
  readonly violation: string;
}

/** How often each thing was exercised. */
export type Covered = ReadonlyMap<string, number>;

export interface Totals {
  readonly seeds: number;
  readonly calls: number;
  readonly faults: number;
  readonly bodies: number;
  /** Virtual milliseconds. */
  readonly elapsed: number;
  readonly bad: readonly BadSeed[];
  readonly covered: Covered;
}

export const nothing: Totals = Object.freeze({
  seeds: 0,
  calls: 0,
  faults: 0,
  bodies: 0,
  elapsed: 0,
  bad: [],
  covered: new Map(),
});

export function sum(a: Totals, b: Totals): Totals {
  return {
    seeds: a.seeds + b.seeds,
    calls: a.calls + b.calls,
    faults: a.faults + b.faults,
    bodies: a.bodies + b.bodies,
    elapsed: a.elapsed + b.elapsed,
    bad: [...a.bad, ...b.bad],
    covered: add(new Map(a.covered), b.covered),
  };
}

/** Runs seeds one after the other, each twice: the same seed must give the same run. Counts one run of each. */
export async function runSeeds(range: SeedRange): Promise<Totals> {
  const { count, from, once = false, parts, profile, step = 1, stopAfter = Infinity } = range;
  const covered = new Map<string, number>();
  let totals = nothing;
  for (let seed = from; seed < from + count && totals.bad.length < stopAfter; seed += step) {
    const report = await runSeed({ seed, profile }, once, parts);
    const [violation] = report.violations;
    add(covered, report.covered);
    totals = {
      seeds: totals.seeds + 1,
      calls: totals.calls + report.calls,
      faults: totals.faults + report.faults.length,
      bodies: totals.bodies + report.executions,
      elapsed: totals.elapsed + report.elapsed,
      bad: violation === undefined ? totals.bad : [...totals.bad, { seed, profile, violation }],
      covered,
    };
    // Everything else in this process gets its turn between two seeds.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return totals;
}

function add(to: Map<string, number>, more: Covered): Map<string, number> {
  for (const [what, count] of more) to.set(what, (to.get(what) ?? 0) + count);
  return to;
}

async function runSeed(options: SeedOptions, once: boolean, parts?: () => EngineParts): Promise<SeedReport> {
  const again = (): Promise<SeedReport> => simulate(parts ? { ...options, parts: parts() } : options);
  const report = await again();
  if (once) return report;
  const { hash } = await again();
  const differs = `determinism: two runs of one seed gave ${report.hash} and ${hash}`;
  return hash === report.hash ? report : { ...report, violations: [differs, ...report.violations] };
}
