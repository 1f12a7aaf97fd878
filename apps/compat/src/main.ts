import { parseArgs } from "node:util";
import { readCases } from "./compat-case.ts";
import { expectedFailures } from "./expected-failures.ts";
import { type CaseResult, runCase } from "./run-case.ts";

/* Runs the named cases, or all, and tells what came of each: README.md. Exit code 1 when one is not as expected. */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    apps: { type: "string" },
    case: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
    patience: { type: "string" },
  },
});
const named = [...values.case, ...positionals];
const cases = readCases();
const unknown = named.filter((id) => !cases.some((given) => given.id === id));
if (unknown.length > 0) {
  process.stderr.write(`There is no case ${unknown.join(", ")}. There are: ${cases.map(({ id }) => id).join(", ")}\n`);
  process.exit(2);
}
const patience = values.patience === undefined ? undefined : Number(values.patience);
const counts = { passed: 0, failed: 0, absent: 0 };
for (const given of cases.filter(({ id }) => named.length === 0 || named.includes(id))) {
  const result = await runCase(given, { apps: values.apps, patience });
  counts[result.outcome] += 1;
  const known = result.outcome === "absent" ? undefined : expectedFailures.get(given.id);
  if (result.outcome === (known === undefined ? "failed" : "passed")) process.exitCode = 1;
  const line = values.json
    ? JSON.stringify({ case: given.id, ...result, ...(known === undefined ? {} : { known }) })
    : `${result.outcome.padEnd(6)} ${given.id}: ${detailOf(result, known)}`;
  process.stdout.write(`${line}\n`);
}
if (!values.json)
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.absent} without their source\n`);

function detailOf(result: CaseResult, known: string | undefined): string {
  switch (result.outcome) {
    case "passed":
      return `${result.steps} steps${known === undefined ? "" : `, though it was expected to fail: ${known}`}`;
    case "absent":
      return result.reason;
    case "failed":
      return `step ${result.step}: ${result.reason}${known === undefined ? "" : ` (expected: ${known})`}`;
  }
}
