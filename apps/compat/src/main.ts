import { parseArgs } from "node:util";
import { readCases } from "./compat-case.ts";
import { expectedFailures } from "./expected-failures.ts";
import { runCase } from "./run-case.ts";

/* Runs the cases that are named, or all, and prints one line for each. Exit code 1 when one fails unexpectedly. */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { sources: { type: "string" }, patience: { type: "string" } },
});
const cases = readCases().filter(({ id }) => positionals.length === 0 || positionals.includes(id));
const patience = values.patience === undefined ? undefined : Number(values.patience);
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const given of cases) {
  const result = await runCase(given, { sources: values.sources, patience });
  counts[result.outcome] += 1;
  const expected = expectedFailures.get(given.id);
  if (result.outcome === "failed" && expected === undefined) process.exitCode = 1;
  const detail =
    result.outcome === "passed"
      ? `${result.steps} steps`
      : result.outcome === "skipped"
        ? result.reason
        : `step ${result.step}: ${result.reason}${expected === undefined ? "" : ` (known: ${expected})`}`;
  process.stdout.write(`${result.outcome.padEnd(8)} ${given.id}: ${detail}\n`);
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
