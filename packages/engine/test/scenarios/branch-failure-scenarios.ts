import type { StepFunction } from "../../src/step-function.ts";
import type { Ending, Scenario } from "../support/scenario.ts";
import { broken, end, fan, flaky, hang, set } from "../support/story.ts";

/** After a failure the others may have begun or not: the join is decided. */
const perhaps = [0, 1] as const;

const failed = (error: Ending["error"], effects: Ending["effects"], state: object = {}): Ending => ({
  status: "failed",
  state,
  error: error ?? {},
  effects,
});

const counting: StepFunction = (_state, goto, _wait, { branchErrors }) => {
  return goto(null, { failures: branchErrors.map(({ name, step }) => `${step} ${name}`) });
};

/** Branches that throw, hang or make mistakes. */
export const branchFailureScenarios: readonly Scenario[] = [
  {
    name: "a branch that throws once",
    steps: {
      begin: fan(["a", "b"]),
      a: flaky(2, (_state, goto, _wait, { attempt }) => goto("end", { a: attempt })),
      b: set("end", { b: 2 }),
      end,
    },
    width: 2,
    bodies: 5,
    ends: [{ status: "completed", state: { a: 2, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } }],
  },
  {
    name: "a branch that tries again minutes later",
    steps: { begin: fan(["a", "b"]), a: flaky(3, set("end", { a: 1 })), b: set("end", { b: 2 }), end },
    options: { steps: { a: { retry: { initialInterval: "3m", maximumInterval: "5m" } } } },
    width: 2,
    bodies: 6,
    ends: [{ status: "completed", state: { a: 1, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } }],
  },
  {
    name: "a branch that tries again after an hour",
    steps: { begin: fan(["a", "b"]), a: flaky(2, set("end", { a: 1 })), b: set("end", { b: 2 }), end },
    options: { retry: { initialInterval: "1h", maximumInterval: "1h" } },
    needsSweeper: true,
    width: 2,
    bodies: 5,
    ends: [{ status: "completed", state: { a: 1, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } }],
  },
  {
    name: "a branch that fails for good fails the instance",
    steps: { begin: fan(["a", "b"]), a: broken, b: set("end", { b: 2 }), end },
    width: 2,
    bodies: 5,
    ends: [failed({ name: "RangeError", step: "a", attempt: 3 }, { begin: 1, a: 1, b: perhaps })],
  },
  {
    name: "a branch that fails at once, before the others have begun",
    steps: { begin: fan(["a", "b", "c"]), a: broken, b: set("end", { b: 2 }), c: set("end", {}), end },
    options: { maxRetries: 0 },
    width: 3,
    ends: [failed({ name: "RangeError", step: "a", attempt: 1 }, { begin: 1, a: 1, b: perhaps, c: perhaps })],
  },
  {
    name: "a branch that fails for good, and an error step",
    steps: {
      begin: fan(["a", "b"]),
      a: broken,
      b: set("end", { b: 2 }),
      mend: (_state, goto, _wait, { error }) => goto(null, { mended: error?.step ?? "" }),
      end,
    },
    options: { maxRetries: 1, onError: "mend" },
    width: 2,
    bodies: 5,
    ends: [{ status: "completed", state: { mended: "a" }, effects: { begin: 1, a: 1, b: perhaps, mend: 1 } }],
  },
  {
    name: "allSettled with one failure",
    steps: { begin: fan(["a", "b"], { join: "allSettled" }), a: broken, b: set("end", { b: 2 }), end: counting },
    options: { maxRetries: 0 },
    width: 2,
    ends: [
      {
        status: "completed",
        state: { b: 2, failures: ["a RangeError"] },
        effects: { begin: 1, a: 1, b: 1, end: 1 },
      },
    ],
  },
  {
    name: "allSettled with nothing but failures",
    steps: { begin: fan(["a", "b"], { join: "allSettled" }), a: broken, b: broken, end },
    options: { maxRetries: 0 },
    width: 2,
    ends: [failed({ name: "RangeError", step: "a" }, { begin: 1, a: 1, b: 1 })],
  },
  {
    name: "a failure that is tolerated",
    steps: {
      begin: fan(["a", "b", "c"], { toleratedFailures: 1 }),
      a: set("end", { a: 1 }),
      b: broken,
      c: set("end", { c: 3 }),
      end: counting,
    },
    options: { maxRetries: 0 },
    width: 3,
    ends: [
      {
        status: "completed",
        state: { a: 1, c: 3, failures: ["b RangeError"] },
        effects: { begin: 1, a: 1, b: 1, c: 1, end: 1 },
      },
    ],
  },
  {
    name: "more failures than are tolerated",
    steps: {
      begin: fan(["a", "b", "c"], { toleratedFailures: 1 }),
      a: broken,
      b: broken,
      c: set("end", { c: 3 }),
      end,
    },
    options: { maxRetries: 0 },
    width: 3,
    ends: [failed({ name: "RangeError", step: "a" }, { begin: 1, a: 1, b: 1, c: perhaps })],
  },
  {
    name: "a branch that runs out of time",
    steps: (world) => ({
      begin: fan(["a", "b"]),
      a: atFirst(hang(world, 6_000), set("end", { a: 1 })),
      b: set("end", { b: 2 }),
      end,
    }),
    options: { steps: { a: { timeout: "5s" } } },
    width: 2,
    bodies: 5,
    ends: [{ status: "completed", state: { a: 1, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } }],
  },
  {
    name: "a branch that always runs out of time",
    steps: (world) => ({ begin: fan(["a", "b"]), a: hang(world, 6_000), b: set("end", { b: 2 }), end }),
    options: { steps: { a: { timeout: "5s", maxRetries: 0 } } },
    width: 2,
    ends: [failed({ code: "step-timeout", step: "a" }, { begin: 1, a: 1, b: perhaps })],
  },
  {
    name: "a branch that makes a mistake",
    steps: {
      begin: fan(["a", "b"]),
      a: (_state, goto) => goto("end", {}, { delay: "1m" }),
      b: set("end", { b: 2 }),
      end,
    },
    width: 2,
    ends: [failed({ code: "invalid-goto", step: "a", attempt: 1 }, { begin: 1, a: 1, b: perhaps })],
  },
];

/** The first attempt is one body, later ones another. */
function atFirst(first: StepFunction, later: StepFunction): StepFunction {
  return (state, goto, wait, context) => (context.attempt === 1 ? first : later)(state, goto, wait, context);
}
