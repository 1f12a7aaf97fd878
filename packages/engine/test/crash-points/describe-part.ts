import { scenarioGroups } from "../scenarios/all-scenarios.ts";
import { describeCrashPoints } from "../support/describe-crash-points.ts";
import { enumerate } from "../support/enumerate.ts";
import type { Scenario } from "../support/scenario.ts";

type Group = keyof typeof scenarioGroups;
type Part = "steps" | "branches" | "waits" | "operators" | "breaks";

/** The test file of each group, so that two cores have about the same to do; without one it does not compile. */
const partOf: Readonly<Record<Group, Part>> = {
  linear: "steps",
  loops: "steps",
  starts: "steps",
  retries: "steps",
  timeouts: "steps",
  timers: "steps",
  joins: "branches",
  "branch failures": "branches",
  "branch waits": "branches",
  waits: "waits",
  state: "waits",
  history: "operators",
  cancels: "operators",
  recovery: "operators",
  inline: "operators",
  pauses: "breaks",
  crashes: "breaks",
};

/** Every fault at every outside call of the scenarios of one test file. */
export function describePart(part: Part): void {
  for (const [group, scenarios] of Object.entries<readonly Scenario[]>(scenarioGroups)) {
    if (Object.entries(partOf).some(([name, own]) => name === group && own === part)) {
      describeCrashPoints(`every fault at every outside call: ${group}`, scenarios, (scenario) => enumerate(scenario));
    }
  }
}
