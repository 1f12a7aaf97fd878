import { describeCrashPoints } from "../support/describe-crash-points.ts";
import { enumerate } from "../support/enumerate.ts";
import { scenarioGroups } from "../scenarios/all-scenarios.ts";

const groups = ["waits", "state"] as const;

for (const group of groups) {
  describeCrashPoints(`every fault at every outside call: ${group}`, scenarioGroups[group], (scenario) =>
    enumerate(scenario),
  );
}
