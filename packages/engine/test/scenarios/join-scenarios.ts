import type { Ending, Scenario } from "../support/scenario.ts";
import { end, fan, set } from "../support/story.ts";

export const twoBranches: Scenario = {
  name: "two branches and their join",
  steps: { begin: fan(["a", "b"]), a: set("end", { a: 1 }), b: set("end", { b: 2 }), end },
  width: 2,
  ends: [{ status: "completed", state: { a: 1, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } }],
};

export const allNull: Scenario = {
  name: "branches that all end",
  steps: { begin: fan(["a", "b"]), a: set(null, { a: 1 }), b: set(null, { b: 2 }) },
  width: 2,
  ends: [{ status: "completed", state: { a: 1, b: 2 }, effects: { begin: 1, a: 1, b: 1 } }],
};

const many = Array.from({ length: 12 }, (_, index) => `branch${index}`);

const failed = (code: string, effects: Ending["effects"], state: object = {}): Ending => ({
  status: "failed",
  state,
  error: { code },
  effects,
});

/** Fan-outs whose branches work, and what their joins make of them. */
export const joinScenarios: readonly Scenario[] = [
  twoBranches,
  allNull,
  {
    name: "three branches of which two change one key: the later one wins",
    steps: {
      begin: (_state, goto) => goto(["a", "b", "c"], { base: 1, gone: true }),
      a: set("end", { a: 1, last: "a" }),
      b: set("end", { b: 2, last: "b" }),
      c: (_state, goto) => goto("end", { c: 3, gone: undefined }),
      end,
    },
    width: 3,
    ends: [
      {
        status: "completed",
        state: { base: 1, a: 1, b: 2, c: 3, last: "b" },
        effects: { begin: 1, a: 1, b: 1, c: 1, end: 1 },
      },
    ],
  },
  {
    name: "a fan-out of one",
    steps: { begin: fan(["a"]), a: set("end", { a: 1 }), end },
    ends: [{ status: "completed", state: { a: 1 }, effects: { begin: 1, a: 1, end: 1 } }],
  },
  {
    name: "a fan-out that names one step twice",
    steps: { begin: fan(["a", "a"]), a: set("end", { a: 1 }), end },
    width: 2,
    ends: [{ status: "completed", state: { a: 1 }, effects: { begin: 1, a: 2, end: 1 } }],
  },
  {
    name: "more branches than a batch holds",
    steps: {
      begin: fan(many),
      ...Object.fromEntries(many.map((step, index) => [step, set("end", { [step]: index })])),
      end,
    },
    width: 12,
    ends: [
      {
        status: "completed",
        state: Object.fromEntries(many.map((step, index) => [step, index])),
        effects: { begin: 1, ...Object.fromEntries(many.map((step) => [step, 1])), end: 1 },
      },
    ],
  },
  {
    name: "branches that name the same list fan out again",
    steps: {
      begin: fan(["a", "b"]),
      a: (_state, goto) => goto(["c", "d"], { a: 1 }),
      b: (_state, goto) => goto(["c", "d"], { b: 1 }),
      c: set("end", { c: 1 }),
      d: set("end", { d: 1 }),
      end,
    },
    width: 2,
    ends: [
      {
        status: "completed",
        state: { a: 1, b: 1, c: 1, d: 1 },
        effects: { begin: 1, a: 1, b: 1, c: 1, d: 1, end: 1 },
      },
    ],
  },
  {
    name: "a second fan-out after the first has joined",
    steps: {
      begin: fan(["a", "b"]),
      a: set("again", { turn: 1 }),
      b: set("again", { b: 1 }),
      again: (state, goto) => ("second" in state ? goto(null) : goto(["a", "b"], { second: true })),
    },
    width: 2,
    ends: [
      {
        status: "completed",
        state: { turn: 1, b: 1, second: true },
        effects: { begin: 1, a: 2, b: 2, again: 2 },
      },
    ],
  },
  {
    name: "branches that name different steps",
    steps: { begin: fan(["a", "b"]), a: set("end", { a: 1 }), b: set("other", { b: 1 }), end, other: end },
    width: 2,
    ends: [failed("join-mismatch", { begin: 1, a: 1, b: 1 })],
  },
  {
    name: "branches of which one ends and one goes on",
    steps: { begin: fan(["a", "b"]), a: set("end", { a: 1 }), b: set(null, { b: 1 }), end },
    width: 2,
    ends: [failed("join-mismatch", { begin: 1, a: 1, b: 1 })],
  },
  {
    name: "branches that name different steps and an error step",
    steps: {
      begin: fan(["a", "b"]),
      a: set("end", { a: 1 }),
      b: set("mend", { b: 1 }),
      mend: (_state, goto, _wait, { error }) => goto(null, { mended: error?.code ?? "" }),
      end,
    },
    options: { onError: "mend" },
    width: 2,
    ends: [{ status: "completed", state: { mended: "join-mismatch" }, effects: { begin: 1, a: 1, b: 1, mend: 1 } }],
  },
  {
    name: "a fan-out beyond maxTransitions",
    steps: { begin: set("fan", { began: true }), fan: fan(["a", "b"]), a: end, b: end },
    options: { maxTransitions: 2 },
    ends: [failed("max-transitions", { begin: 1, fan: 1 }, { began: true })],
  },
  {
    name: "a delay after a join",
    steps: {
      begin: fan(["a", "b"]),
      a: set("later", { a: 1 }),
      b: set("later", { b: 1 }),
      later: set("end", { later: true }, { delay: "5m" }),
      end,
    },
    width: 2,
    ends: [
      {
        status: "completed",
        state: { a: 1, b: 1, later: true },
        effects: { begin: 1, a: 1, b: 1, later: 1, end: 1 },
      },
    ],
  },
];
