import { answer, click, goOn, pass, patch, settle, start } from "../support/acts.ts";
import type { Scenario } from "../support/scenario.ts";
import { ask, end, fan, flaky, numberIn, set } from "../support/story.ts";

const begin = fan(["a", "b"]);
const b = set("end", { b: 2 });
const all = { begin: 1, a: 2, b: 1, end: 1 };

/** Branches that wait for an answer or for their time. */
export const branchWaitScenarios: readonly Scenario[] = [
  {
    name: "a branch that waits for an answer",
    steps: {
      begin,
      a: (state, goto, wait) => ("answer" in state ? goto("end", { a: 1 }) : wait({ waited: true })),
      b,
      end,
    },
    acts: [start(), settle, answer({ answer: 42 })],
    width: 2,
    ends: [{ status: "completed", state: { a: 1, b: 2, waited: true, answer: 42 }, effects: all }],
  },
  {
    name: "an answer that comes while a branch asks",
    steps: { begin, a: ask("end"), b, end },
    acts: [start(), (world) => world.deliver(), answer({ answer: 42 })],
    width: 2,
    bodies: 4,
    ends: [
      { status: "completed", state: { b: 2, answer: 42 }, effects: { ...all, a: 1 } },
      { status: "completed", state: { b: 2, answer: 42, asked: true }, effects: all },
    ],
  },
  {
    name: "two branches that wait for one answer",
    steps: { begin, a: ask("end"), b: ask("end"), end },
    acts: [start(), settle, answer({ answer: 42 })],
    width: 2,
    ends: [{ status: "completed", state: { asked: true, answer: 42 }, effects: { begin: 1, a: 2, b: 2, end: 1 } }],
  },
  {
    name: "two branches that wait for an answer each",
    steps: { begin, a: ask("end", "first"), b: ask("end", "second"), end },
    acts: [start(), settle, answer({ first: 1 }), settle, answer({ second: 2 })],
    width: 2,
    bodies: 7,
    // The first answer wakes both; the one it is not for waits again.
    ends: [
      {
        status: "completed",
        state: { asked: true, first: 1, second: 2 },
        effects: { begin: 1, a: [1, 3], b: [2, 4], end: 1 },
      },
    ],
  },
  {
    name: "a branch that waits and is told to go on",
    steps: {
      begin,
      a: (state, goto, wait) => ("held" in state ? goto("end") : wait({ held: true })),
      b,
      end,
    },
    acts: [start(), settle, goOn],
    width: 2,
    ends: [{ status: "completed", state: { held: true, b: 2 }, effects: all }],
  },
  {
    name: "a branch whose wait runs out of time",
    steps: {
      begin,
      a: (state, goto, wait) => ("held" in state ? goto("end") : wait({ held: true }, { timeout: "5m" })),
      b,
      end,
    },
    width: 2,
    ends: [{ status: "completed", state: { held: true, b: 2 }, effects: all }],
  },
  {
    name: "a branch whose wait of days runs out of time",
    steps: {
      begin,
      a: (state, goto, wait) => ("held" in state ? goto("end") : wait({ held: true }, { timeout: "2d" })),
      b,
      end,
    },
    needsSweeper: true,
    width: 2,
    ends: [{ status: "completed", state: { held: true, b: 2 }, effects: all }],
  },
  {
    name: "a branch that is answered before its time runs out",
    steps: {
      begin,
      a: (state, goto, wait) =>
        "answer" in state ? goto("end") : "late" in state ? goto("end", {}) : wait({ late: true }, { timeout: "10m" }),
      b,
      end,
    },
    acts: [start(), pass(60_000), answer({ answer: 42 })],
    width: 2,
    ends: [
      { status: "completed", state: { late: true, b: 2, answer: 42 }, effects: all },
      { status: "completed", state: { late: true, b: 2 }, effects: all, unless: ["answer"] },
      { status: "completed", state: { b: 2, answer: 42 }, effects: { ...all, a: 1 } },
    ],
  },
  {
    name: "a branch that waits, throws, and keeps what it had changed",
    steps: {
      begin,
      a: (state, goto, wait, context) =>
        "answer" in state ? flaky(2, set("end", { a: 1 }))(state, goto, wait, context) : wait({ asked: true }),
      b,
      end,
    },
    acts: [start(), settle, answer({ answer: 42 })],
    width: 2,
    bodies: 6,
    ends: [{ status: "completed", state: { asked: true, answer: 42, a: 1, b: 2 }, effects: all }],
  },
  {
    name: "a link that a branch has mailed is clicked twice",
    steps: (world) => ({
      begin,
      a: (state, goto, wait, context) => {
        if ("asked" in state) return goto("end");
        world.tokens.push(context.createWaitToken());
        return wait({ asked: true });
      },
      b,
      end,
    }),
    acts: [start(), settle, click({}), click({})],
    width: 2,
    ends: [{ status: "completed", state: { asked: true, b: 2 }, effects: all }],
  },
  {
    name: "a patch while branches run is kept by the join",
    steps: {
      begin,
      a: set("end", { a: 1 }),
      b: flaky(2, set("end", { b: 2 })),
      end: (state, goto) => goto(null, { saw: numberIn(state, "patched") }),
    },
    options: { steps: { b: { retry: { initialInterval: "3m", maximumInterval: "3m" } } } },
    acts: [start(), pass(60_000), patch({ patched: 7 })],
    width: 2,
    bodies: 5,
    ends: [
      {
        status: "completed",
        state: { a: 1, b: 2, patched: 7, saw: 7 },
        effects: { begin: 1, a: 1, b: 1, end: 1 },
      },
      {
        status: "completed",
        state: { a: 1, b: 2, saw: 0 },
        effects: { begin: 1, a: 1, b: 1, end: 1 },
        unless: ["patch"],
      },
    ],
  },
];
