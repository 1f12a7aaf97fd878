import { deliver, deploy, idle, pass, resume, retry, settle, start, together } from "../support/acts.ts";
import type { Ending, Scenario, Steps } from "../support/scenario.ts";
import { broken, end, fan, numberIn, set } from "../support/story.ts";

/** Fails until its state is edited. */
const fixable: Steps = {
  bad: (state, goto, wait, context) =>
    numberIn(state, "fixed") === 0 ? broken(state, goto, wait, context) : goto("end", { works: true }),
  end,
};
const works: Ending = { status: "completed", state: { fixed: 1, works: true }, effects: { bad: 2, end: 1 } };
const fails: Ending = { status: "failed", state: {}, error: { name: "RangeError" }, effects: { bad: [1, 2] } };

const two: Steps = { one: set("two", { one: 1 }), two: set(null, { two: 2 }) };
const both: Ending = { status: "completed", state: { one: 1, two: 2 }, effects: { one: 1, two: 1 } };

/** Instances that fail or are blocked and go on all the same. */
export const recoveryScenarios: readonly Scenario[] = [
  {
    name: "a failed instance that is retried with an edited state",
    steps: fixable,
    acts: [start(), settle, retry({ fixed: 1 })],
    bodies: 5,
    ends: [works, { ...fails, unless: ["retry"] }],
  },
  {
    name: "a failed instance that is retried as it is and fails again",
    steps: fixable,
    options: { maxRetries: 0 },
    acts: [start(), settle, retry(), settle, retry({ fixed: 1 })],
    attempts: 1,
    ends: [
      { ...works, effects: { bad: 3, end: 1 } },
      { ...works, effects: { bad: [2, 4], end: 1 } },
    ],
  },
  {
    name: "a failed instance that is retried from an earlier step",
    steps: { begin: set("bad", { begun: true }), ...fixable },
    options: { maxRetries: 0 },
    acts: [start(), settle, retry({ fixed: 1 }, "begin")],
    attempts: 1,
    ends: [
      { status: "completed", state: { begun: true, fixed: 1, works: true }, effects: { begin: 2, bad: 2, end: 1 } },
    ],
  },
  {
    name: "a failed instance that two clients retry at once",
    steps: fixable,
    options: { maxRetries: 0 },
    acts: [start(), settle, together(retry({ fixed: 1 }), retry({ fixed: 1 }))],
    attempts: 1,
    ends: [works],
  },
  {
    name: "an instance that failed at its join and is retried",
    steps: {
      begin: fan(["a", "b"]),
      a: (state, goto, wait, context) =>
        numberIn(state, "fixed") === 0 ? broken(state, goto, wait, context) : goto(null),
      b: set(null, { b: 2 }),
    },
    options: { maxRetries: 0 },
    acts: [start(), settle, retry({ fixed: 1 })],
    width: 2,
    attempts: 1,
    // It failed in the step that fanned out, as far as the instance knows: everything is done again.
    ends: [
      { status: "completed", state: { fixed: 1, b: 2 }, effects: { begin: 2, a: 2, b: 2 } },
      { status: "completed", state: { fixed: 1, b: 2 }, effects: { begin: 2, a: [1, 2], b: [1, 2] } },
    ],
  },
  {
    name: "a failed instance with a deadline lives without it when it is retried",
    steps: fixable,
    options: { maxRetries: 0, instanceTimeout: "10m" },
    acts: [start(), settle, pass(3_600_000), retry({ fixed: 1 })],
    attempts: 1,
    ends: [works],
  },
  {
    name: "a step that the deployment does not have yet",
    repeats: true,
    steps: two,
    acts: [start(), deliver(), deploy({ other: end }), pass(300_000), deploy(two)],
    ends: [both],
  },
  {
    name: "a step that no deployment has: blocked, then resumed",
    repeats: true,
    steps: two,
    acts: [start(), deliver(), deploy({ one: end }), settle, deploy(two), resume],
    ends: [
      both,
      { status: "completed", state: {}, effects: { one: 1 } },
      { ...both, effects: { one: [1, 2], two: 1 } },
    ],
  },
  {
    name: "a first step that no deployment has",
    repeats: true,
    steps: two,
    acts: [start(), deploy({ other: end }), idle(1_000_000), settle, deploy(two), resume],
    ends: [both],
  },
  {
    name: "a blocked instance that two clients resume at once",
    repeats: true,
    steps: two,
    acts: [start(), deliver(), deploy({ other: end }), idle(1_000_000), settle, deploy(two), together(resume, resume)],
    ends: [both],
  },
  {
    name: "a branch whose step the deployment does not have yet",
    repeats: true,
    steps: { begin: fan(["a", "b"]), a: set("end", { a: 1 }), b: set("end", { b: 2 }), end },
    acts: [
      start(),
      deliver(),
      deploy({ begin: end, a: set("end", { a: 1 }), end }),
      pass(200_000),
      deploy({ begin: end, a: set("end", { a: 1 }), b: set("end", { b: 2 }), end }),
    ],
    width: 2,
    ends: [
      { status: "completed", state: { a: 1, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } },
      // What began too late to fan out ends as the other deployment has it.
      { status: "completed", state: {}, effects: { begin: 1 } },
    ],
  },
];
