import type { Scenario } from "../support/scenario.ts";
import { end, numberIn, set } from "../support/story.ts";
import { deliver, hurry, idle, pass, patch, start, sweepNow, together } from "../support/acts.ts";

export const shortDelay: Scenario = {
  name: "a short delay",
  steps: { one: set("two", { one: 1 }, { delay: "10m" }), two: end },
  ends: [{ status: "completed", state: { one: 1 }, effects: { one: 1, two: 1 } }],
};

/** Steps that begin later. */
export const timerScenarios: readonly Scenario[] = [
  shortDelay,
  {
    name: "a delay as long as the queue can delay",
    steps: { one: set("two", { one: 1 }, { delay: "15m" }), two: end },
    ends: [{ status: "completed", state: { one: 1 }, effects: { one: 1, two: 1 } }],
  },
  {
    name: "a delay a little longer than the queue can delay",
    steps: { one: set("two", { one: 1 }, { delay: 900_001 }), two: end },
    needsSweeper: true,
    ends: [{ status: "completed", state: { one: 1 }, effects: { one: 1, two: 1 } }],
  },
  {
    name: "a short and a long delay",
    steps: {
      one: set("two", { one: 1 }, { delay: "10m" }),
      two: set("three", { two: 2 }, { delay: "3d" }),
      three: end,
    },
    needsSweeper: true,
    ends: [{ status: "completed", state: { one: 1, two: 2 }, effects: { one: 1, two: 1, three: 1 } }],
  },
  {
    name: "a loop with a delay in every turn",
    steps: {
      poll: (state, goto) => {
        const turns = numberIn(state, "turns") + 1;
        return turns < 3 ? goto("poll", { turns }, { delay: "1m" }) : goto(null, { turns });
      },
    },
    ends: [{ status: "completed", state: { turns: 3 }, effects: { poll: 3 } }],
  },
  {
    name: "a delay of less than a second",
    steps: { one: set("two", {}, { delay: 400 }), two: end },
    ends: [{ status: "completed", state: {}, effects: { one: 1, two: 1 } }],
  },
  {
    name: "the sweeper passes while a step runs and another is delayed",
    steps: { one: set("two", { one: 1 }, { delay: "80s" }), two: set("three", { two: 2 }), three: end },
    acts: [start(), together(deliver(), sweepNow), idle(80_000), together(deliver(), sweepNow)],
    ends: [{ status: "completed", state: { one: 1, two: 2 }, effects: { one: 1, two: 1, three: 1 } }],
  },
  {
    name: "a delayed wake that is handed out at once",
    steps: { one: set("two", { one: 1 }, { delay: "10m" }), two: end },
    acts: [start(), deliver(), hurry],
    ends: [{ status: "completed", state: { one: 1 }, effects: { one: 1, two: 1 } }],
  },
  {
    name: "a patch during a delay",
    steps: {
      one: set("two", { one: 1 }, { delay: "2m" }),
      two: (state, goto) => goto(null, { saw: numberIn(state, "patched") }),
    },
    acts: [start(), pass(1_000), patch({ patched: 5 })],
    ends: [
      { status: "completed", state: { one: 1, patched: 5, saw: 5 }, effects: { one: 1, two: 1 } },
      { status: "completed", state: { one: 1, saw: 0 }, effects: { one: 1, two: 1 }, unless: ["patch"] },
    ],
  },
];
