import { describeCrashPoints } from "../support/describe-crash-points.ts";
import { enumeratePairs } from "../support/enumerate.ts";
import { pairScenarios } from "../scenarios/all-scenarios.ts";

const { branch, join } = pairScenarios;

describeCrashPoints("every pair of faults: branch, join", [branch, join], (scenario) =>
  enumeratePairs(scenario, { sweeper: "off" }),
);
