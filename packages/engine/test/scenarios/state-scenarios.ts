import { answer, deliver, goOn, pass, patch, replace, settle, start, together } from "../support/acts.ts";
import type { Ending, Scenario, Steps } from "../support/scenario.ts";
import { ask, end, numberIn, set } from "../support/story.ts";

const hold: Steps = { hold: (state, goto, wait) => ("go" in state ? goto("end") : wait({ held: true })), end };

/** More keys than one update expression may change. */
const keys = (count: number, value: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, value]));

const large = "x".repeat(300_000);

const inTwo = (state: object): Ending => ({ status: "completed", state, effects: { one: 1, two: 1 } });

/** Who changes which keys of the state, and when. */
export const stateScenarios: readonly Scenario[] = [
  {
    name: "a patch beside a step that changes another key",
    steps: { one: set("two", { one: 1 }), two: set(null, {}) },
    acts: [start(), together(deliver(), patch({ patched: 1 }))],
    ends: [inTwo({ one: 1, patched: 1 }), { ...inTwo({ one: 1 }), unless: ["patch"] }],
  },
  {
    name: "a patch beside a step that changes the same key",
    steps: { one: (_state, goto) => goto("two", { key: "step" }), two: end },
    acts: [start({ key: "given" }), together(deliver(), patch({ key: "patch" }))],
    ends: [inTwo({ key: "step" }), inTwo({ key: "patch" })],
  },
  {
    name: "a patch between two steps is seen by the second",
    steps: {
      one: set("two", {}),
      two: (state, goto) => goto(null, { saw: numberIn(state, "patched") }),
    },
    acts: [start(), deliver(), patch({ patched: 3 })],
    ends: [inTwo({ patched: 3, saw: 3 }), inTwo({ patched: 3, saw: 0 }), { ...inTwo({ saw: 0 }), unless: ["patch"] }],
  },
  {
    name: "a patch removes a key",
    steps: { one: set("two", {}), two: end },
    acts: [start({ gone: 1, kept: 1 }), patch({ gone: undefined })],
    ends: [inTwo({ kept: 1 }), inTwo({ gone: 1, kept: 1 })],
  },
  {
    name: "two clients patch different keys at once",
    steps: hold,
    acts: [start(), settle, together(patch({ a: 1 }), patch({ b: 2 })), answer({ go: true })],
    bodies: 3,
    ends: [
      { status: "completed", state: { held: true, a: 1, b: 2, go: true }, effects: { hold: 2, end: 1 } },
      { status: "completed", state: { a: 1, b: 2, go: true }, effects: { hold: 1, end: 1 } },
    ],
  },
  {
    name: "a patch while the instance waits resumes nothing; the answer does",
    steps: hold,
    acts: [start(), settle, patch({ patched: 1 }), settle, answer({ go: true })],
    ends: [
      { status: "completed", state: { held: true, patched: 1, go: true }, effects: { hold: 2, end: 1 } },
      { status: "completed", state: { held: true, patched: 1, go: true }, effects: { hold: [1, 2], end: 1 } },
    ],
  },
  {
    name: "a patch before the question is seen by it",
    steps: { ask: ask("end"), end },
    acts: [start(), together(deliver(), patch({ answer: 1 })), settle, goOn],
    bodies: 3,
    ends: [
      { status: "completed", state: { answer: 1 }, effects: { ask: 1, end: 1 } },
      { status: "completed", state: { asked: true, answer: 1 }, effects: { ask: 2, end: 1 } },
    ],
  },
  {
    name: "setState while the instance waits",
    steps: hold,
    acts: [start({ old: 1 }), settle, replace({ fresh: 1, go: true }), goOn],
    ends: [
      { status: "completed", state: { fresh: 1, go: true }, effects: { hold: 2, end: 1 } },
      // It came before the wait: the step saw it when it began.
      { status: "completed", state: { fresh: 1, go: true }, effects: { hold: 1, end: 1 } },
    ],
  },
  {
    name: "setState beside a step that changes a key",
    steps: { one: (_state, goto) => goto("two", { one: 1 }), two: end },
    acts: [start({ old: 1 }), together(deliver(), replace({ fresh: 1 }))],
    ends: [inTwo({ fresh: 1, one: 1 }), inTwo({ fresh: 1 }), { ...inTwo({ old: 1, one: 1 }), unless: ["replace"] }],
  },
  {
    name: "a step that changes more keys than an expression holds",
    steps: {
      one: (_state, goto) => goto("two", keys(150, 1)),
      two: (_state, goto) => goto(null, { ...keys(150, 2), last: undefined }),
    },
    acts: [start({ last: 1 })],
    ends: [inTwo({ ...keys(150, 2) })],
  },
  {
    name: "a patch beside a step that replaces the whole map",
    steps: { one: (_state, goto) => goto("two", keys(120, 1)), two: end },
    acts: [start({ key0: 0 }), together(deliver(), patch({ patched: 1, key1: 9 }))],
    ends: [
      inTwo({ ...keys(120, 1), patched: 1 }),
      inTwo({ ...keys(120, 1), patched: 1, key1: 9 }),
      { ...inTwo(keys(120, 1)), unless: ["patch"] },
    ],
  },
  {
    name: "a state near the limit",
    steps: {
      one: (_state, goto) => goto("two", { large }),
      two: (state, goto) => goto(null, { large: undefined, length: JSON.stringify(state).length > 300_000 }),
    },
    ends: [inTwo({ length: true })],
  },
  {
    name: "a patch during each phase of an instance",
    steps: {
      begin: (_state, goto) => goto(["a", "b"]),
      a: set("later", { a: 1 }),
      b: set("later", { b: 1 }),
      later: (_state, goto) => goto("hold", {}, { delay: "1m" }),
      ...hold,
    },
    acts: [
      start(),
      patch({ p1: 1 }),
      deliver(),
      patch({ p2: 1 }),
      deliver(2),
      pass(1_000),
      patch({ p3: 1 }),
      settle,
      patch({ p4: 1 }),
      answer({ go: true }),
    ],
    width: 2,
    ends: [
      {
        status: "completed",
        state: { a: 1, b: 1, p1: 1, p2: 1, p3: 1, p4: 1, held: true, go: true },
        effects: { begin: 1, a: 1, b: 1, later: 1, hold: 2, end: 1 },
      },
    ],
  },
];
