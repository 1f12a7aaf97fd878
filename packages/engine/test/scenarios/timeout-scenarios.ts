import type { StepFunction } from "../../src/step-function.ts";
import type { Scenario } from "../support/scenario.ts";
import { ask, broken, end, fan, hang, set } from "../support/story.ts";
import type { World } from "../support/world.ts";

/** Hangs at its first attempt. */
const slowOnce = (world: World): StepFunction => {
  return (state, goto, wait, context) =>
    context.attempt === 1 ? hang(world, 6_000)(state, goto, wait, context) : goto("end", { attempt: context.attempt });
};

const mended: StepFunction = (_state, goto, _wait, { error }) =>
  goto(null, { mended: error?.name ?? "", at: error?.step ?? "" });

/** Steps and instances that run out of time, and steps that take over. */
export const timeoutScenarios: readonly Scenario[] = [
  {
    name: "a step that runs out of time once",
    steps: (world) => ({ slow: slowOnce(world), end }),
    options: { timeout: "5s" },
    bodies: 3,
    ends: [{ status: "completed", state: { attempt: 2 }, effects: { slow: 1, end: 1 } }],
  },
  {
    name: "a step that always runs out of its own time",
    steps: (world) => ({ begin: set("slow", { began: true }), slow: hang(world, 6_000) }),
    options: { steps: { slow: { timeout: "5s", maxRetries: 1 } } },
    attempts: 2,
    bodies: 3,
    ends: [
      {
        status: "failed",
        state: { began: true },
        error: { code: "step-timeout", step: "slow", attempt: 2 },
        effects: { begin: 1, slow: 1 },
      },
    ],
  },
  {
    // Its message comes back while it runs on: at most one of the two commits.
    name: "a body that outlives its invocation",
    steps: (world) => ({
      slow: (_state, goto) => {
        world.clock.advance(70_000);
        return goto("end", { slow: true });
      },
      end,
    }),
    options: { timeout: "2m" },
    ends: [{ status: "completed", state: { slow: true }, effects: { slow: 1, end: 1 } }],
  },
  {
    name: "an error step that takes over",
    steps: { bad: broken, mend: mended },
    options: { onError: "mend" },
    bodies: 4,
    ends: [{ status: "completed", state: { mended: "RangeError", at: "bad" }, effects: { bad: 1, mend: 1 } }],
  },
  {
    name: "an error step that fails",
    steps: { bad: broken, mend: broken },
    options: { onError: "mend", retry: { maximumAttempts: 2 } },
    attempts: 2,
    bodies: 4,
    ends: [
      {
        status: "failed",
        state: {},
        error: { name: "RangeError", step: "mend", attempt: 2 },
        effects: { bad: 1, mend: 1 },
      },
    ],
  },
  {
    name: "an error step after a mistake",
    steps: { bad: () => undefined, mend: mended },
    options: { onError: "mend" },
    ends: [{ status: "completed", state: { mended: "EngineError", at: "bad" }, effects: { bad: 1, mend: 1 } }],
  },
  {
    name: "an instance that outlives its time while it waits",
    steps: { ask: (_state, _goto, wait) => wait() },
    options: { instanceTimeout: "2h" },
    needsSweeper: true,
    ends: [{ status: "failed", state: {}, error: { code: "instance-timeout" }, effects: { ask: 1 } }],
  },
  {
    name: "an instance that outlives its time while a branch waits",
    steps: { begin: fan(["a", "b"]), a: ask("end"), b: set("end", { b: 2 }), end },
    options: { instanceTimeout: "2h" },
    needsSweeper: true,
    width: 2,
    ends: [{ status: "failed", state: {}, error: { code: "instance-timeout" }, effects: { begin: 1, a: 1, b: 1 } }],
  },
  {
    name: "an instance that outlives its time while it is delayed",
    steps: { one: set("two", {}, { delay: "10m" }), two: end },
    options: { instanceTimeout: "5m" },
    ends: [{ status: "failed", state: {}, error: { code: "instance-timeout" }, effects: { one: 1 } }],
  },
  {
    name: "an instance that ends long before its time",
    steps: { one: set("two", {}, { delay: "1m" }), two: end },
    options: { instanceTimeout: "30d" },
    ends: [{ status: "completed", state: {}, effects: { one: 1, two: 1 } }],
  },
];
