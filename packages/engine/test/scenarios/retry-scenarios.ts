import { deliver, deliverEarly, pass, patch, start } from "../support/acts.ts";
import type { Ending, Scenario } from "../support/scenario.ts";
import { broken, end, flaky, numberIn, set } from "../support/story.ts";

const attempts: Scenario["steps"] = {
  flaky: flaky(3, (_state, goto, _wait, { attempt }) => goto("done", { attempts: attempt })),
  done: end,
};
const third: readonly Ending[] = [{ status: "completed", state: { attempts: 3 }, effects: { flaky: 1, done: 1 } }];

const failed = (error: Ending["error"]): readonly Ending[] => [
  { status: "failed", state: { kept: 1 }, error: error ?? {}, effects: { bad: 1 } },
];

export const retried: Scenario = {
  name: "a step that throws once, then succeeds",
  steps: { flaky: flaky(2, set(null, { works: true })) },
  bodies: 2,
  ends: [{ status: "completed", state: { works: true }, effects: { flaky: 1 } }],
};

/** Steps that throw, and what the retry policy makes of it. */
export const retryScenarios: readonly Scenario[] = [
  retried,
  { name: "a step that throws twice, then succeeds", steps: attempts, bodies: 4, ends: third },
  {
    name: "retries with growing delays",
    steps: attempts,
    options: { retry: { initialInterval: "30s", backoffCoefficient: 4, maximumInterval: "100s" } },
    bodies: 4,
    ends: third,
  },
  {
    name: "retries with jitter",
    steps: attempts,
    options: { retry: { initialInterval: "20s", jitter: 1 } },
    bodies: 4,
    ends: third,
  },
  {
    name: "a retry whose wake comes early as well",
    steps: { flaky: flaky(2, set(null, { works: true })) },
    options: { retry: { initialInterval: "30s" } },
    acts: [start(), deliver(), deliverEarly],
    bodies: 2,
    ends: [{ status: "completed", state: { works: true }, effects: { flaky: 1 } }],
  },
  {
    name: "a retry after an hour",
    steps: { flaky: flaky(2, set(null, { works: true })) },
    options: { retry: { initialInterval: "1h", maximumInterval: "1h" } },
    needsSweeper: true,
    bodies: 2,
    ends: [{ status: "completed", state: { works: true }, effects: { flaky: 1 } }],
  },
  {
    name: "a step that always throws",
    steps: { bad: broken },
    acts: [start({ kept: 1 })],
    bodies: 3,
    ends: failed({ name: "RangeError", attempt: 3, step: "bad" }),
  },
  {
    name: "a step that is allowed one attempt",
    steps: { bad: broken },
    options: { retry: { maximumAttempts: 1 } },
    acts: [start({ kept: 1 })],
    attempts: 1,
    ends: failed({ name: "RangeError", attempt: 1 }),
  },
  {
    name: "maxRetries of one step, against the workflow's",
    steps: { bad: broken },
    options: { maxRetries: 0, steps: { bad: { maxRetries: 1, retry: { initialInterval: "10s" } } } },
    acts: [start({ kept: 1 })],
    attempts: 2,
    bodies: 2,
    ends: failed({ name: "RangeError", attempt: 2 }),
  },
  {
    name: "an error that is not tried again",
    steps: { bad: broken },
    options: { retry: { nonRetryable: ["RangeError"] } },
    acts: [start({ kept: 1 })],
    ends: failed({ name: "RangeError", attempt: 1 }),
  },
  {
    name: "a step that returns without goto",
    steps: { bad: () => undefined },
    acts: [start({ kept: 1 })],
    ends: failed({ code: "no-goto", attempt: 1 }),
  },
  {
    name: "a step that goes where nothing is",
    steps: { bad: (_state, goto) => goto("nowhere", { lost: true }) },
    acts: [start({ kept: 1 })],
    ends: failed({ code: "unknown-step", attempt: 1 }),
  },
  {
    name: "a step that asks twice",
    steps: {
      bad: async (_state, goto) => {
        await goto("end", { lost: true });
        await goto(null, { lost: true });
      },
      end,
    },
    acts: [start({ kept: 1 })],
    ends: failed({ code: "second-goto", attempt: 1 }),
  },
  {
    name: "a throw after goto takes the goto back",
    steps: {
      bad: async (_state, goto) => {
        await goto("end", { lost: true });
        throw new RangeError("too late");
      },
      end,
    },
    options: { maxRetries: 1 },
    acts: [start({ kept: 1 })],
    bodies: 2,
    ends: failed({ name: "RangeError", attempt: 2 }),
  },
  {
    name: "a state that is too large",
    steps: { bad: (_state, goto) => goto(null, { large: "x".repeat(400_000) }) },
    acts: [start({ kept: 1 })],
    ends: failed({ code: "state-too-large", attempt: 1 }),
  },
  {
    name: "a patch while a retry is pending",
    steps: { flaky: flaky(2, (state, goto) => goto(null, { saw: numberIn(state, "patched") })) },
    options: { retry: { initialInterval: "1m" } },
    acts: [start(), pass(1_000), patch({ patched: 1 })],
    bodies: 2,
    ends: [
      { status: "completed", state: { patched: 1, saw: 1 }, effects: { flaky: 1 } },
      { status: "completed", state: { saw: 0 }, effects: { flaky: 1 }, unless: ["patch"] },
    ],
  },
];
