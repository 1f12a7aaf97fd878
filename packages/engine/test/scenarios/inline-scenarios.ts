import { answer, cancel, deliver, settle, start, together } from "../support/acts.ts";
import type { Ending, Scenario, Steps } from "../support/scenario.ts";
import { ask, broken, end, fan, flaky, numberIn, set } from "../support/story.ts";

const inline = { inline: true, timeout: "5s" } as const;

const four: Steps = {
  one: set("two", { one: 1 }),
  two: set("three", { two: 2 }),
  three: set("four", { three: 3 }),
  four: end,
};
const chained: Ending = {
  status: "completed",
  state: { one: 1, two: 2, three: 3 },
  effects: { one: 1, two: 1, three: 1, four: 1 },
};

export const inlineChain: Scenario = {
  name: "three steps chained inline",
  steps: { one: set("two", { one: 1 }), two: set("three", { two: 2 }), three: end },
  options: inline,
  width: 3,
  ends: [{ status: "completed", state: { one: 1, two: 2 }, effects: { one: 1, two: 1, three: 1 } }],
};

/** Steps chained inside one invocation. One death interrupts the whole chain: its width is its length. */
export const inlineScenarios: readonly Scenario[] = [
  inlineChain,
  { name: "four steps chained inline", steps: four, options: inline, width: 4, ends: [chained] },
  {
    name: "a chain that a retry interrupts",
    steps: {
      one: set("two", { one: 1 }),
      two: flaky(2, set("three", { two: 2 })),
      three: set("four", { three: 3 }),
      four: end,
    },
    options: inline,
    width: 4,
    bodies: 5,
    ends: [chained],
  },
  {
    name: "a chain that fails",
    steps: { one: set("two", { one: 1 }), two: broken },
    options: { ...inline, maxRetries: 0 },
    width: 2,
    ends: [
      { status: "failed", state: { one: 1 }, error: { name: "RangeError", step: "two" }, effects: { one: 1, two: 1 } },
    ],
  },
  {
    name: "a chain with an error step",
    steps: {
      one: set("two", { one: 1 }),
      two: broken,
      mend: (_state, goto, _wait, { error }) => goto("end", { mended: error?.step ?? "" }),
      end,
    },
    options: { ...inline, maxRetries: 0, onError: "mend" },
    width: 4,
    ends: [{ status: "completed", state: { one: 1, mended: "two" }, effects: { one: 1, two: 1, mend: 1, end: 1 } }],
  },
  {
    name: "a chain that waits in the middle",
    steps: { one: set("ask", { one: 1 }), ask: ask("three"), three: set("four", { three: 3 }), four: end },
    options: inline,
    width: 3,
    acts: [start(), settle, answer({ answer: 42 })],
    ends: [
      {
        status: "completed",
        state: { one: 1, asked: true, answer: 42, three: 3 },
        effects: { one: 1, ask: 2, three: 1, four: 1 },
      },
      {
        status: "completed",
        state: { one: 1, answer: 42, three: 3 },
        effects: { one: 1, ask: 1, three: 1, four: 1 },
      },
    ],
  },
  {
    name: "a chain with a fan-out in the middle",
    steps: {
      one: set("begin", { one: 1 }),
      begin: fan(["a", "b"]),
      a: set("three", { a: 1 }),
      b: set("three", { b: 1 }),
      three: set("four", { three: 3 }),
      four: end,
    },
    options: inline,
    width: 3,
    ends: [
      {
        status: "completed",
        state: { one: 1, a: 1, b: 1, three: 3 },
        effects: { one: 1, begin: 1, a: 1, b: 1, three: 1, four: 1 },
      },
    ],
  },
  {
    name: "a chain with a delay in the middle",
    steps: {
      one: set("two", { one: 1 }),
      two: set("three", { two: 2 }, { delay: "1m" }),
      three: set("four", { three: 3 }),
      four: end,
    },
    options: inline,
    width: 4,
    ends: [chained],
  },
  {
    name: "a chain that runs out of its invocation and goes on through the queue",
    steps: (world) => ({
      one: (_state, goto) => {
        world.clock.advance(30_000);
        return goto("two", { one: 1 });
      },
      two: set("three", { two: 2 }),
      three: set("four", { three: 3 }),
      four: end,
    }),
    options: { inline: true, timeout: "40s" },
    width: 4,
    ends: [chained],
  },
  {
    name: "a loop chained inline",
    steps: {
      again: (state, goto) => {
        const turns = numberIn(state, "turns") + 1;
        return goto(turns < 5 ? "again" : null, { turns });
      },
    },
    options: inline,
    width: 5,
    ends: [{ status: "completed", state: { turns: 5 }, effects: { again: 5 } }],
  },
  {
    name: "a chain that is cancelled while it runs",
    steps: four,
    options: inline,
    width: 4,
    acts: [start(), together(deliver(), cancel)],
    bodies: 1,
    ends: [
      { status: "cancelled", state: {}, effects: { one: [0, 1] } },
      { status: "cancelled", state: { one: 1 }, effects: { one: 1, two: [0, 1] } },
      { status: "cancelled", state: { one: 1, two: 2 }, effects: { one: 1, two: 1, three: [0, 1] } },
      { ...chained, status: "cancelled", effects: { ...chained.effects, four: [0, 1] } },
      // It had ended before anybody was told.
      chained,
    ],
  },
];
