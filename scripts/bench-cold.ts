import { parseArgs } from "node:util";
import { type Candidate, coldRun, type ColdStart } from "./cold/cold-starts.ts";

/*
 * `pnpm bench:cold`: how long the parity app takes to start as Lambda starts it, beside a function with the two SDK
 * clients alone and one with nothing, taken in turns. Exits 1 when the app takes more than 1.2 times the clients' time.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    app: { type: "string", default: "apps/parity-check/index.ts" },
    /** A runtime interface client to use instead of the small one, such as aws-lambda-ric's index.mjs. */
    client: { type: "string" },
  },
});

const MOST = 1.2;

/** Time by the clock says little on a machine that has other work. */
const judged: keyof ColdStart = process.platform === "linux" ? "initCpu" : "init";
const candidates: readonly Candidate[] = ["empty", "bare", "app"];

/** What is measured, and how it is called. */
const measures: ReadonlyMap<keyof ColdStart, string> = new Map([
  ["init", "init"],
  ["initCpu", "init, CPU"],
  ["answer", "first answer"],
  ["answerCpu", "first answer, CPU"],
]);

const run = await coldRun(options.app, options.client === undefined ? undefined : [options.client]);
try {
  const starts: Record<Candidate, ColdStart[]> = { empty: [], bare: [], app: [] };
  // What is read for the first time comes from the disk.
  for (const candidate of candidates) await run.start(candidate);
  for (let round = 0; round < Number(options.rounds); round += 1) {
    // Whoever comes second may profit from the first: the order changes with each round.
    for (const candidate of round % 2 === 0 ? candidates : candidates.toReversed()) {
      starts[candidate].push(await run.start(candidate));
    }
  }
  report(starts);
} finally {
  await run.stop();
}

function report(starts: Readonly<Record<Candidate, readonly ColdStart[]>>): void {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const candidate of candidates) {
    const { bytes, startBytes } = run.bundles[candidate];
    say(`${candidate.padEnd(5)} ${kilobytes(startBytes)} KB loaded at the start, of ${kilobytes(bytes)} KB`);
  }
  say(`\n${starts.app.length} rounds, milliseconds: min / median / max`);
  for (const [measure, name] of measures) {
    const times = (candidate: Candidate): number[] => starts[candidate].map((one) => one[measure]);
    for (const candidate of candidates) say(`  ${name.padEnd(18)} ${candidate.padEnd(5)} ${row(times(candidate))}`);
    const [app, bare] = [times("app"), times("bare")];
    const ratio = median(app) / median(bare);
    const pairs = app.map((time, round) => time / (bare[round] ?? Number.NaN)).toSorted((a, b) => a - b);
    say(`  ${name.padEnd(18)} app / bare ${ratio.toFixed(2)} of medians; by round ${quartiles(pairs)}`);
    if (measure === judged && ratio > MOST) process.exitCode = 1;
  }
}

function row(times: readonly number[]): string {
  return [Math.min(...times), median(times), Math.max(...times)].map((time) => time.toFixed(0)).join(" / ");
}

function quartiles(sorted: readonly number[]): string {
  const at = (part: number): string => (sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN).toFixed(2);
  return `${at(0.25)} to ${at(0.75)} (half of them), ${at(0)} to ${at(1)} (all)`;
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1_024);
}
