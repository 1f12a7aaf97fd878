import type { Scenario, Steps } from "../support/scenario.ts";
import { numberIn, set } from "../support/story.ts";

const turning = (visits: number): Steps => ({
  again: (state, goto) => {
    const turns = numberIn(state, "turns") + 1;
    return goto(turns < visits ? "again" : null, { turns });
  },
});

const endless: Steps = {
  ping: (state, goto) => goto("pong", { turns: numberIn(state, "turns") + 1 }),
  pong: (_state, goto) => goto("ping"),
};

export const loop: Scenario = {
  name: "a loop of three visits",
  steps: turning(3),
  ends: [{ status: "completed", state: { turns: 3 }, effects: { again: 3 } }],
};

/** Loops, and what ends those that would not end. */
export const loopScenarios: readonly Scenario[] = [
  loop,
  {
    // Long enough for what one fault costs to be told from what each turn would cost.
    name: "a loop of twelve visits",
    steps: turning(12),
    ends: [{ status: "completed", state: { turns: 12 }, effects: { again: 12 } }],
  },
  {
    name: "a loop over two steps",
    steps: {
      ping: set("pong", { ball: "flies" }),
      pong: (state, goto) => {
        const turns = numberIn(state, "turns") + 1;
        return goto(turns < 3 ? "ping" : null, { turns, ball: undefined });
      },
    },
    ends: [{ status: "completed", state: { turns: 3 }, effects: { ping: 3, pong: 3 } }],
  },
  {
    name: "a loop that maxTransitions ends",
    steps: endless,
    options: { maxTransitions: 5 },
    ends: [
      {
        status: "failed",
        state: { turns: 3 },
        error: { code: "max-transitions", attempt: 1 },
        effects: { ping: 3, pong: 2 },
      },
    ],
  },
  {
    name: "a loop that maxStepCount ends",
    steps: endless,
    options: { maxStepCount: 2 },
    ends: [{ status: "failed", state: { turns: 2 }, error: { code: "max-step-count" }, effects: { ping: 2, pong: 2 } }],
  },
  {
    name: "a loop as long as maxStepCount allows",
    steps: turning(3),
    options: { maxStepCount: 3 },
    ends: [{ status: "completed", state: { turns: 3 }, effects: { again: 3 } }],
  },
];
