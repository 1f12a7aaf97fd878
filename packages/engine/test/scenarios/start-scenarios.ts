import { settle, start, together } from "../support/acts.ts";
import type { Ending, Scenario, Steps } from "../support/scenario.ts";
import { broken, end, flaky, numberIn, set } from "../support/story.ts";

const short: Steps = { one: set("two", { one: 1 }), two: end };
const done = (state: object): Ending => ({
  status: "completed",
  state: { ...state, one: 1 },
  effects: { one: 1, two: 1 },
});

/** How instances begin, side by side. */
export const startScenarios: readonly Scenario[] = [
  {
    name: "a start without an id",
    steps: short,
    acts: [start({ n: 1 }, null)],
    ends: [done({ n: 1 })],
  },
  {
    name: "two starts with one id",
    steps: short,
    acts: [start({ from: "client" }), start({ from: "client" })],
    ends: [done({ from: "client" })],
  },
  {
    name: "two clients start one id at once, with different states",
    steps: short,
    acts: [together(start({ from: 1 }), start({ from: 2 }))],
    ends: [done({ from: 1 }), done({ from: 2 })],
  },
  {
    name: "a start with the id of an instance that has ended",
    steps: short,
    acts: [start({ from: 1 }), settle, start({ from: 2 })],
    ends: [done({ from: 1 }), done({ from: 2 })],
  },
  {
    name: "a start with the id of an instance that has failed",
    steps: { bad: broken },
    acts: [start({ from: 1 }), settle, start({ from: 2 })],
    bodies: 3,
    ends: [
      { status: "failed", state: { from: 1 }, error: { name: "RangeError" }, effects: { bad: 1 } },
      { status: "failed", state: { from: 2 }, error: { name: "RangeError" }, effects: { bad: 1 } },
    ],
  },
  {
    name: "three instances side by side",
    steps: short,
    width: 3,
    acts: [1, 2, 3].map((n) => start({ n }, `order-${n}`)),
    ends: [],
    others: { "order-1": [done({ n: 1 })], "order-2": [done({ n: 2 })], "order-3": [done({ n: 3 })] },
  },
  {
    name: "five instances side by side of which one fails, one tries again and one goes round",
    steps: {
      one: (state, goto, wait, context) => {
        const n = numberIn(state, "n");
        if (n === 2) return broken(state, goto, wait, context);
        if (n === 3) return flaky(2, end)(state, goto, wait, context);
        if (n === 4 && !("again" in state)) return goto("one", { again: true });
        return goto("two");
      },
      two: end,
    },
    width: 5,
    acts: [1, 2, 3, 4, 5].map((n) => start({ n }, `order-${n}`)),
    bodies: 2 + 3 + 2 + 3 + 2,
    ends: [],
    others: {
      "order-1": [{ status: "completed", state: { n: 1 }, effects: { one: 1, two: 1 } }],
      "order-2": [{ status: "failed", state: { n: 2 }, error: { attempt: 3 }, effects: { one: 1 } }],
      "order-3": [{ status: "completed", state: { n: 3 }, effects: { one: 1 } }],
      "order-4": [{ status: "completed", state: { n: 4, again: true }, effects: { one: 2, two: 1 } }],
      "order-5": [{ status: "completed", state: { n: 5 }, effects: { one: 1, two: 1 } }],
    },
  },
];
