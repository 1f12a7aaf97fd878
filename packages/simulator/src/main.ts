import { readFileSync } from "node:fs";
import { expected, gaps } from "./coverage.ts";
import { keepCase, keepMutants } from "./keep-cases.ts";
import { canary } from "./mutants.ts";
import { profileNames } from "./profiles.ts";
import { type RegressCase, replayCase } from "./regress.ts";
import { runThreads } from "./run-threads.ts";
import { type BadSeed, type Covered, runSeeds } from "./seed-range.ts";
import { parseSimOptions, type SimOptions } from "./sim-options.ts";
import { type SeedReport, simulate } from "./simulate.ts";

const THREADS = 2;

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** One run with everything that happened in it. */
function show(report: SeedReport): number {
  print(...report.trace, "", `seed ${report.seed}, profile ${report.profile}, hash ${report.hash}`);
  print(...report.faults.map(({ kind, opportunity, place }) => `fault ${opportunity}: ${kind} at ${place}`));
  print(...report.violations.map((violation) => `VIOLATION ${violation}`));
  return report.violations.length === 0 ? 0 : 1;
}

async function replay(seed: number, { only, profiles }: SimOptions): Promise<number> {
  const [profile = "all"] = profiles.length === profileNames.length ? ["all" as const] : profiles;
  return show(await simulate({ seed, profile, traced: true, ...(only ? { only } : {}) }));
}

async function replayFile(path: string): Promise<number> {
  const given: RegressCase = JSON.parse(readFileSync(path, "utf8"));
  return show(await replayCase(given, "engine", true));
}

async function explain({ profile, seed, violation }: BadSeed): Promise<void> {
  print(`VIOLATION in seed ${seed} of ${profile}: ${violation}`);
  print(`  replay: pnpm sim --profile ${profile} --seed ${seed}`);
  const path = await keepCase({ seed, profile }, violation.slice(0, 200));
  if (path) print(`  smallest case: pnpm sim --regress ${path}`);
}

/** How much of each kind was exercised, and what never was. */
function covers(covered: Covered, isWhole: boolean): boolean {
  const byKind = Map.groupBy(expected, (what) => what.split(":")[0] ?? "");
  for (const [kind, all] of byKind) {
    const counts = all.map((what) => covered.get(what) ?? 0);
    const hit = counts.filter((count) => count > 0).length;
    print(`covered         ${kind}: ${hit} of ${all.length}, the rarest ${Math.min(...counts)} times`);
  }
  if (!isWhole) return true;
  const missed = gaps(covered);
  print(...missed.map((what) => `NEVER EXERCISED ${what}`));
  return missed.length === 0;
}

async function main(): Promise<number> {
  const options = parseSimOptions(process.argv.slice(2));
  if (typeof options === "string") {
    print(options);
    return 2;
  }
  if (options.regress !== undefined) return replayFile(options.regress);
  if (options.seed !== undefined) return replay(options.seed, options);
  if (options.keep) {
    await keepMutants(print);
    return 0;
  }
  const began = performance.now();
  const found = await runSeeds({ ...canary, from: 0, count: canary.within, once: true, stopAfter: 1 });
  const [first] = found.bad;
  const isFound = first !== undefined;
  print(isFound ? `canary found at seed ${first.seed}: ${first.violation}` : "THE CANARY WAS NOT FOUND");
  const { from, once, profiles, seeds } = options;
  const ranges = profiles.map((profile) => ({ profile, from, count: seeds, once }));
  const totals = await runThreads(ranges, THREADS);
  for (const bad of totals.bad.slice(0, 3)) await explain(bad);
  const seconds = (performance.now() - began) / 1_000;
  print(
    `profiles        ${profiles.join(", ")}`,
    `seeds           ${totals.seeds}${once ? "" : " (each run twice)"}, ${(totals.seeds / seconds).toFixed(0)} a second`,
    `outside calls   ${totals.calls}`,
    `step bodies     ${totals.bodies}`,
    `faults          ${totals.faults}`,
    `virtual time    ${(totals.elapsed / 86_400_000).toFixed(1)} days in ${seconds.toFixed(1)} s`,
    `violations      ${totals.bad.length}`,
  );
  const isCovered = covers(totals.covered, profiles.length === profileNames.length && seeds >= WHOLE);
  return totals.bad.length === 0 && isFound && isCovered ? 0 : 1;
}

/** As many seeds of each profile exercise everything that is asked for. */
const WHOLE = 5_000;

process.exitCode = await main();
