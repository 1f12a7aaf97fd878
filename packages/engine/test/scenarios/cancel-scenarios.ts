import {
  answer,
  cancel,
  cancelListed,
  cancelUnheard,
  deliver,
  deploy,
  idle,
  pass,
  settle,
  start,
  together,
} from "../support/acts.ts";
import type { Ending, Scenario, Steps } from "../support/scenario.ts";
import { ask, broken, end, fan, set } from "../support/story.ts";

const long: Steps = { one: set("two", { one: 1 }), two: set("three", { two: 2 }), three: end };
const perhaps = [0, 1] as const;

/** What had begun when the cancel came may have run; nothing of it is committed. */
const cancelled = (state: object, effects: Ending["effects"]): Ending => ({ status: "cancelled", state, effects });

/** A cancel that nobody was told of may have come to nothing. */
const completed = (state: object, effects: Ending["effects"]): Ending => ({
  status: "completed",
  state,
  effects,
  unless: ["cancel"],
});

const anywhere: readonly Ending[] = [
  cancelled({}, { one: perhaps }),
  cancelled({ one: 1 }, { one: 1, two: perhaps }),
  cancelled({ one: 1, two: 2 }, { one: 1, two: 1, three: perhaps }),
  // It had ended before the cancel came.
  completed({ one: 1, two: 2 }, { one: 1, two: 1, three: 1 }),
];

export const cancelledBetween: Scenario = {
  name: "cancelled between two steps",
  steps: { one: set("two", { one: 1 }), two: end },
  acts: [start(), deliver(), cancel],
  bodies: 1,
  ends: [
    cancelled({ one: 1 }, { one: 1, two: perhaps }),
    cancelled({}, { one: perhaps }),
    completed({ one: 1 }, { one: 1, two: 1 }),
  ],
};

/** Cancels in every status, and against everybody else. */
export const cancelScenarios: readonly Scenario[] = [
  cancelledBetween,
  {
    name: "cancelled before the first step",
    steps: long,
    acts: [start(), cancel],
    bodies: 0,
    ends: anywhere,
  },
  {
    name: "a start and a cancel at once",
    steps: long,
    acts: [together(start(), cancelUnheard)],
    bodies: 0,
    ends: anywhere,
  },
  {
    name: "cancelled while a body runs",
    steps: long,
    acts: [start(), together(deliver(), cancel)],
    bodies: 1,
    ends: anywhere,
  },
  {
    name: "cancelled by two clients",
    steps: long,
    acts: [start(), deliver(), together(cancel, cancel)],
    bodies: 1,
    ends: [cancelled({ one: 1 }, { one: 1 }), ...anywhere],
  },
  {
    name: "cancelled with everything that is listed while a body runs",
    steps: long,
    acts: [start(), together(deliver(), cancelListed)],
    bodies: 1,
    ends: anywhere,
  },
  {
    name: "cancelled while it waits",
    steps: { ask: ask("end"), end },
    acts: [start(), settle, cancel],
    ends: [cancelled({ asked: true }, { ask: 1 }), cancelled({}, { ask: perhaps })],
  },
  {
    name: "cancelled while it waits for days",
    steps: { ask: ask("end", "answer", { timeout: "3d" }), end },
    acts: [start(), pass(60_000), cancel],
    ends: [cancelled({ asked: true }, { ask: 1 }), cancelled({}, { ask: perhaps })],
  },
  {
    name: "cancelled and answered at once",
    steps: { ask: ask("end"), end },
    acts: [start(), settle, together(cancel, answer({ answer: 1 }))],
    bodies: 1,
    ends: [
      cancelled({ asked: true }, { ask: 1 }),
      cancelled({ asked: true, answer: 1 }, { ask: [1, 2], end: perhaps }),
      cancelled({ answer: 1 }, { ask: perhaps, end: perhaps }),
      cancelled({}, { ask: perhaps }),
      completed({ asked: true, answer: 1 }, { ask: 2, end: 1 }),
      completed({ answer: 1 }, { ask: 1, end: 1 }),
    ],
  },
  {
    name: "cancelled during a short delay",
    steps: { one: set("two", { one: 1 }, { delay: "5m" }), two: end },
    acts: [start(), pass(60_000), cancel],
    ends: [
      cancelled({ one: 1 }, { one: 1 }),
      cancelled({}, { one: perhaps }),
      completed({ one: 1 }, { one: 1, two: 1 }),
    ],
  },
  {
    name: "cancelled during a delay of days",
    steps: { one: set("two", { one: 1 }, { delay: "5d" }), two: end },
    acts: [start(), pass(60_000), cancel],
    ends: [cancelled({ one: 1 }, { one: 1 }), cancelled({}, { one: perhaps })],
  },
  {
    name: "cancelled while a retry is pending",
    steps: { bad: broken },
    options: { retry: { initialInterval: "5m", maximumInterval: "5m" } },
    acts: [start(), pass(60_000), cancel],
    ends: [cancelled({}, { bad: 1 }), cancelled({}, { bad: perhaps })],
  },
  {
    name: "cancelled while it joins",
    steps: { begin: fan(["a", "b"]), a: set("end", { a: 1 }), b: ask("end"), end },
    acts: [start(), settle, cancel],
    width: 2,
    ends: [cancelled({}, { begin: 1, a: 1, b: 1 }), cancelled({}, { begin: perhaps, a: perhaps, b: perhaps })],
  },
  {
    name: "cancelled while its branches run",
    steps: { begin: fan(["a", "b"]), a: set("end", { a: 1 }), b: set("end", { b: 2 }), end },
    acts: [start(), deliver(), together(deliver(), cancel)],
    width: 2,
    bodies: 3,
    ends: [
      cancelled({}, { begin: 1, a: 1, b: 1 }),
      cancelled({}, { begin: perhaps, a: perhaps, b: perhaps }),
      cancelled({ a: 1, b: 2 }, { begin: 1, a: 1, b: 1, end: perhaps }),
      completed({ a: 1, b: 2 }, { begin: 1, a: 1, b: 1, end: 1 }),
    ],
  },
  {
    name: "cancelled while it is blocked",
    repeats: true,
    steps: { one: set("two", { one: 1 }), two: end },
    acts: [start(), deliver(), deploy({ other: end }), idle(1_000_000), settle, cancel],
    bodies: 1,
    ends: [
      cancelled({ one: 1 }, { one: 1, two: perhaps }),
      cancelled({}, { one: perhaps }),
      completed({ one: 1 }, { one: 1, two: 1 }),
    ],
  },
  {
    name: "cancelled after it has ended",
    steps: { one: set(null, { one: 1 }) },
    acts: [start(), settle, cancel],
    ends: [{ status: "completed", state: { one: 1 }, effects: { one: 1 } }, cancelled({}, { one: perhaps })],
  },
];
