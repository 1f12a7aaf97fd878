import { answer, deliver, idle, retry, settle, start, throttle } from "../support/acts.ts";
import type { Ending, Scenario } from "../support/scenario.ts";
import { ask, end, fan, numberIn, set } from "../support/story.ts";
import { KILL_PROCESS } from "../support/world.ts";

/** Takes its process with it this often, then goes on. */
const killing = (deaths: number) => {
  let left = deaths;
  return { dies: () => left-- > 0 };
};

/** Begun twice before it is suspected, then five times behind a mark. */
const DEADLY = 7;

/**
 * A fault that leaves a copy of the killer's message: the copy, too, is begun twice before it is suspected. A
 * predecessor in the same batch dies before it can be deleted and repairs anew each time: each repair is a copy.
 */
const PER_COPY = 2;

const crashed = (effects: Ending["effects"], state: object = {}): Ending => ({
  status: "failed",
  state,
  error: { code: "crash-loop" },
  effects,
});

/** Bodies that end their process, and messages that nobody serves. */
export const crashScenarios: readonly Scenario[] = [
  {
    name: "a step that always kills its process",
    steps: { bad: () => KILL_PROCESS },
    bodies: DEADLY,
    ends: [crashed({ bad: 1 })],
  },
  {
    name: "a step that kills its process, beside one that does no harm",
    steps: {
      one: (state, goto) => (numberIn(state, "n") === 1 ? KILL_PROCESS : goto("two", { one: 1 })),
      two: end,
    },
    acts: [start({ n: 1 }, "killer"), start({ n: 2 }, "bystander")],
    width: 2,
    // Until the killer is suspected, the bystander dies with it: twice.
    bodies: DEADLY + 4,
    ends: [],
    others: {
      killer: [crashed({ one: 1 }, { n: 1 })],
      bystander: [{ status: "completed", state: { n: 2, one: 1 }, effects: { one: 1, two: 1 } }],
    },
  },
  {
    name: "a step that kills its process three times, then works",
    steps: () => {
      const body = killing(3);
      return { bad: (_state, goto) => (body.dies() ? KILL_PROCESS : goto("end", { survived: true })), end };
    },
    bodies: 5,
    ends: [{ status: "completed", state: { survived: true }, effects: { bad: 1, end: 1 } }],
  },
  {
    name: "a second step that always kills its process",
    steps: { one: set("bad", { one: 1 }), bad: () => KILL_PROCESS },
    bodies: DEADLY + 1,
    perFault: PER_COPY * 6,
    ends: [crashed({ one: 1, bad: 1 }, { one: 1 })],
  },
  {
    name: "an error step after a step that always kills its process",
    steps: {
      bad: () => KILL_PROCESS,
      mend: (_state, goto, _wait, { error }) => goto(null, { mended: error?.code ?? "" }),
    },
    options: { onError: "mend" },
    bodies: DEADLY + 1,
    ends: [{ status: "completed", state: { mended: "crash-loop" }, effects: { bad: 1, mend: 1 } }],
  },
  {
    name: "a branch that always kills its process",
    steps: { begin: fan(["a", "b"]), a: () => KILL_PROCESS, b: set("end", { b: 2 }), end },
    width: 2,
    // Until the killer is suspected, the other branch dies with it: twice.
    bodies: DEADLY + 4,
    perFault: PER_COPY * 5,
    ends: [{ ...crashed({ begin: 1, a: 1, b: [0, 1] }), error: { code: "crash-loop", step: "a" } }],
  },
  {
    name: "a step that killed its process is retried when it is mended",
    steps: {
      bad: (state, goto) => (numberIn(state, "fixed") === 0 ? KILL_PROCESS : goto(null)),
    },
    acts: [start(), settle, retry({ fixed: 1 })],
    bodies: DEADLY + 1,
    ends: [{ status: "completed", state: { fixed: 1 }, effects: { bad: 2 } }],
  },
  {
    name: "a start that is throttled into the dead-letter queue",
    steps: { one: set("two", { one: 1 }), two: end },
    acts: [start(), throttle(11)],
    ends: [{ status: "completed", state: { one: 1 }, effects: { one: 1, two: 1 } }],
  },
  {
    name: "a wake that is throttled into the dead-letter queue",
    steps: { one: set("two", { one: 1 }), two: end },
    acts: [start(), deliver(), throttle(11)],
    ends: [{ status: "completed", state: { one: 1 }, effects: { one: 1, two: 1 } }],
  },
  {
    name: "an answer that is throttled into the dead-letter queue",
    steps: { ask: ask("end"), end },
    acts: [start(), settle, answer({ answer: 42 }), throttle(11)],
    ends: [
      { status: "completed", state: { asked: true, answer: 42 }, effects: { ask: 2, end: 1 } },
      { status: "completed", state: { answer: 42 }, effects: { ask: 1, end: 1 } },
    ],
  },
  {
    name: "the wake of a wait that is throttled into the dead-letter queue",
    steps: { ask: ask("end", "answer", { timeout: "5m", onTimeout: "end" }), end },
    acts: [start(), deliver(), idle(300_000), throttle(11)],
    ends: [{ status: "completed", state: { asked: true }, effects: { ask: 1, end: 1 } }],
  },
  {
    name: "branches that are throttled into the dead-letter queue",
    steps: { begin: fan(["a", "b"]), a: set("end", { a: 1 }), b: set("end", { b: 2 }), end },
    acts: [start(), deliver(), throttle(11)],
    width: 2,
    ends: [{ status: "completed", state: { a: 1, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } }],
  },
];
