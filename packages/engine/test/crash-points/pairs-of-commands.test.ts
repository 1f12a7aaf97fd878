import { describeCrashPoints } from "../support/describe-crash-points.ts";
import { enumeratePairs } from "../support/enumerate.ts";
import { pairScenarios } from "../scenarios/all-scenarios.ts";

const { wait, cancel, pause } = pairScenarios;

describeCrashPoints("every pair of faults: wait, cancel, pause", [wait, cancel, pause], (scenario) =>
  enumeratePairs(scenario, { sweeper: "off" }),
);
