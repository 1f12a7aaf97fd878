import { canary } from "./mutants.ts";
import { profileNames } from "./profiles.ts";
import { runThreads } from "./run-threads.ts";
import { type BadSeed, runSeeds } from "./seed-range.ts";
import { shrink } from "./shrink.ts";
import { parseSimOptions, type SimOptions } from "./sim-options.ts";
import { simulate } from "./simulate.ts";

const THREADS = 2;

/** Of a failure's faults, the last ones, each cut to a line. */
const SHOWN = 15;
const WIDTH = 200;

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** One seed with everything that happened in it. */
async function replay(seed: number, { only, profiles }: SimOptions): Promise<number> {
  const [profile = "all"] = profiles.length === profileNames.length ? ["all" as const] : profiles;
  const report = await simulate({ seed, profile, traced: true, ...(only ? { only } : {}) });
  print(...report.trace, "", `seed ${seed}, profile ${profile}, hash ${report.hash}`);
  print(...report.faults.map(({ kind, opportunity, place }) => `fault ${opportunity}: ${kind} at ${place}`));
  print(...report.violations.map((violation) => `VIOLATION ${violation}`));
  return report.violations.length === 0 ? 0 : 1;
}

async function explain({ profile, seed, violation }: BadSeed): Promise<void> {
  print(`VIOLATION in seed ${seed} of ${profile}: ${violation}`);
  const { only, report } = await shrink({ seed, profile });
  print(`  smallest list of faults (${only.length}), which breaks: ${report.violations[0] ?? "nothing"}`);
  const shown = report.faults
    .slice(-SHOWN)
    .map(({ kind, opportunity, place }) => `    ${opportunity}: ${kind} at ${place}`);
  print(...shown.map((line) => line.slice(0, WIDTH)));
  print(`  replay: pnpm sim --profile ${profile} --seed ${seed} --only ${only.join(",")}`);
}

async function main(): Promise<number> {
  const options = parseSimOptions(process.argv.slice(2));
  if (typeof options === "string") {
    print(options);
    return 2;
  }
  if (options.seed !== undefined) return replay(options.seed, options);
  const began = performance.now();
  const found = await runSeeds({ ...canary, from: 0, count: canary.within, once: true, stopAfter: 1 });
  const [first] = found.bad;
  print(
    first
      ? `canary found at seed ${first.seed}: ${first.violation}`
      : "THE CANARY WAS NOT FOUND: this run proves nothing",
  );
  const { from, once, profiles, seeds } = options;
  const totals = await runThreads(
    profiles.map((profile) => ({ profile, from, count: seeds, once })),
    THREADS,
  );
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
  return totals.bad.length === 0 && first !== undefined ? 0 : 1;
}

process.exitCode = await main();
