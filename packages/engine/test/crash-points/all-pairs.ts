import { scenarioGroups } from "../scenarios/all-scenarios.ts";
import { enumeratePairs } from "../support/enumerate.ts";
import type { Scenario } from "../support/scenario.ts";

/**
 * Every pair of faults in every scenario, in every mode of the sweeper: minutes to hours, so no test. Arguments name
 * groups of scenarios; without any it is all of them. Exit code 1 when something is wrong.
 */
const chosen = process.argv.slice(2);
const groups = Object.entries(scenarioGroups).filter(([group]) => chosen.length === 0 || chosen.includes(group));
const scenarios = groups.flatMap(([, group]): readonly Scenario[] => group);

let runs = 0;
let faults = 0;
let violations = 0;
for (const scenario of scenarios) {
  const result = await enumeratePairs(scenario);
  runs += result.runs;
  faults += result.faults;
  violations += result.violations.length;
  process.stdout.write(`${scenario.name}: ${result.runs} runs, ${result.violations.length} violations\n`);
  for (const violation of result.violations.slice(0, 5)) process.stdout.write(`  ${violation}\n`);
}
process.stdout.write(`${scenarios.length} scenarios, ${runs} runs, ${faults} faults, ${violations} violations\n`);
process.exitCode = violations === 0 ? 0 : 1;
