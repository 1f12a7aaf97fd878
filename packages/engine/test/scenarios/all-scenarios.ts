import type { Scenario } from "../support/scenario.ts";
import { branchFailureScenarios } from "./branch-failure-scenarios.ts";
import { branchWaitScenarios } from "./branch-wait-scenarios.ts";
import { cancelledBetween, cancelScenarios } from "./cancel-scenarios.ts";
import { crashScenarios } from "./crash-scenarios.ts";
import { historyScenarios } from "./history-scenarios.ts";
import { inlineChain, inlineScenarios } from "./inline-scenarios.ts";
import { allNull, joinScenarios, twoBranches } from "./join-scenarios.ts";
import { linearScenarios, twoSteps } from "./linear-scenarios.ts";
import { loop, loopScenarios } from "./loop-scenarios.ts";
import { pausedBetween, pauseScenarios } from "./pause-scenarios.ts";
import { recoveryScenarios } from "./recovery-scenarios.ts";
import { retried, retryScenarios } from "./retry-scenarios.ts";
import { startScenarios } from "./start-scenarios.ts";
import { stateScenarios } from "./state-scenarios.ts";
import { timeoutScenarios } from "./timeout-scenarios.ts";
import { shortDelay, timerScenarios } from "./timer-scenarios.ts";
import { answeredWait, waitScenarios } from "./wait-scenarios.ts";

/** Every scenario, by what it is about. */
export const scenarioGroups = {
  linear: linearScenarios,
  loops: loopScenarios,
  starts: startScenarios,
  retries: retryScenarios,
  timeouts: timeoutScenarios,
  timers: timerScenarios,
  joins: joinScenarios,
  "branch failures": branchFailureScenarios,
  "branch waits": branchWaitScenarios,
  waits: waitScenarios,
  state: stateScenarios,
  history: historyScenarios,
  cancels: cancelScenarios,
  pauses: pauseScenarios,
  recovery: recoveryScenarios,
  inline: inlineScenarios,
  crashes: crashScenarios,
} as const satisfies Readonly<Record<string, readonly Scenario[]>>;

export const allScenarios: readonly Scenario[] = Object.values(scenarioGroups).flat();

/** Small enough for every pair of faults, one for each feature. */
export const pairScenarios = {
  linear: twoSteps,
  loop,
  branch: allNull,
  join: twoBranches,
  wait: answeredWait,
  timer: shortDelay,
  retry: retried,
  cancel: cancelledBetween,
  inline: inlineChain,
  pause: pausedBetween,
} as const satisfies Readonly<Record<string, Scenario>>;
