import { type Act, deliver, settle, start, together } from "../support/acts.ts";
import type { Ending, Scenario, Steps } from "../support/scenario.ts";
import { broken, end, flaky, numberIn, set } from "../support/story.ts";

const short: Steps = { one: set("two", { one: 1 }), two: end };
const done = (state: object): Ending => ({
  status: "completed",
  state: { ...state, one: 1 },
  effects: { one: 1, two: 1 },
});

const startChild: Act = async (world) => {
  const workflow = world.definitions.get("story");
  if (!workflow) throw new TypeError("nothing is deployed");
  const parent = { id: "parent", seq: 4, branch: 0 };
  const started = await world.client((ports, startInstance) =>
    startInstance({ workflow, state: {}, id: "child", parent }, ports),
  );
  if (started) world.started.push("child");
};

const told: Scenario["judge"] = (world) =>
  world.reports > 0 || world.store.heads().length === 0 ? [] : ["the parent was never told"];

/** How instances begin, side by side, and whom they tell that they ended. */
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
  {
    name: "a child that completes reports to its parent",
    steps: short,
    acts: [startChild],
    ends: [],
    others: { child: [done({})] },
    judge: told,
  },
  {
    name: "a child that fails reports to its parent",
    steps: { bad: broken },
    options: { maxRetries: 0 },
    acts: [startChild],
    ends: [],
    others: { child: [{ status: "failed", state: {}, error: { name: "RangeError" }, effects: { bad: 1 } }] },
    judge: told,
  },
  {
    // A child's last duty is its report: the one thing an ended instance still owes. Its writer dies before it.
    name: "a child that is cancelled by a process that dies reports to its parent",
    steps: short,
    acts: [
      startChild,
      deliver(),
      (world) => world.write("child", { set: { status: "cancelled" }, clear: ["indexedAt"] }),
    ],
    ends: [],
    others: {
      child: [
        { status: "cancelled", state: { one: 1 }, effects: { one: 1, two: [0, 1] } },
        { status: "cancelled", state: {}, effects: { one: [0, 1] } },
        done({}),
      ],
    },
    bodies: 1,
    judge: told,
  },
];
