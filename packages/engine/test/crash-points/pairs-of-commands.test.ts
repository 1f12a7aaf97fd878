import { describeCrashPoints } from "../support/describe-crash-points.ts";
import { enumeratePairs } from "../support/enumerate.ts";
import { pairScenarios } from "../scenarios/all-scenarios.ts";

const { wait, cancel } = pairScenarios;

describeCrashPoints("every pair of faults: wait, cancel", [wait, cancel], (scenario) =>
  enumeratePairs(scenario, { sweeper: "off" }),
);
