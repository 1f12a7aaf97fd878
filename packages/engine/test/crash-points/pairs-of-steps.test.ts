import { describeCrashPoints } from "../support/describe-crash-points.ts";
import { enumeratePairs } from "../support/enumerate.ts";
import { pairScenarios } from "../scenarios/all-scenarios.ts";

const { linear, loop, timer, retry, inline } = pairScenarios;

describeCrashPoints(
  "every pair of faults: linear, loop, timer, retry, inline",
  [linear, loop, timer, retry, inline],
  (scenario) => enumeratePairs(scenario, { sweeper: "off" }),
);
