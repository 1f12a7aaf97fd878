import { start } from "../support/acts.ts";
import type { Scenario } from "../support/scenario.ts";
import { end, numberIn, set } from "../support/story.ts";

export const twoSteps: Scenario = {
  name: "two steps in a row",
  steps: { a: set("b", { a: 1 }), b: set(null, { b: 2 }) },
  ends: [{ status: "completed", state: { a: 1, b: 2 }, effects: { a: 1, b: 1 } }],
};

const parity: Scenario = {
  name: "the parity workflow: a branch",
  steps: {
    begin: (state, goto) => goto(numberIn(state, "value") % 2 === 0 ? "even" : "odd", { began: true }),
    even: set(null, { result: "even" }),
    odd: set(null, { result: "odd" }),
  },
  acts: [start({ value: 7 })],
  ends: [{ status: "completed", state: { value: 7, began: true, result: "odd" }, effects: { begin: 1, odd: 1 } }],
};

/** Steps one after the other, and where they may lead. */
export const linearScenarios: readonly Scenario[] = [
  twoSteps,
  parity,
  {
    name: "a single step",
    steps: { only: set(null, { done: true }) },
    ends: [{ status: "completed", state: { done: true }, effects: { only: 1 } }],
  },
  {
    name: "three steps that hand on what they were given",
    steps: { a: set("b", { a: 1 }), b: set("c", { b: 2 }), c: set(null, { c: 3 }) },
    acts: [start({ given: true })],
    ends: [{ status: "completed", state: { given: true, a: 1, b: 2, c: 3 }, effects: { a: 1, b: 1, c: 1 } }],
  },
  {
    name: "steps that replace and remove keys",
    steps: {
      a: (_state, goto) => goto("b", { given: undefined, list: [1], nested: { deep: { n: 1 } } }),
      b: (_state, goto) => goto("c", { list: [1, 2], nested: undefined, text: "ä\u0000☃" }),
      c: (_state, goto) => goto(null, { list: [], nothing: null }),
    },
    acts: [start({ given: true, kept: "kept" })],
    ends: [
      {
        status: "completed",
        state: { kept: "kept", list: [], text: "ä\u0000☃", nothing: null },
        effects: { a: 1, b: 1, c: 1 },
      },
    ],
  },
  {
    name: "steps that change nothing",
    steps: { a: (_state, goto) => goto("b"), b: (_state, goto) => goto("c", {}), c: end },
    acts: [start({ kept: 1 })],
    ends: [{ status: "completed", state: { kept: 1 }, effects: { a: 1, b: 1, c: 1 } }],
  },
];
