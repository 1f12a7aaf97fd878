import { answer, cancel, deliver, pass, pause, resume, settle, start, together } from "../support/acts.ts";
import type { Ending, Scenario, Steps } from "../support/scenario.ts";
import { ask, end, fan, flaky, set } from "../support/story.ts";

const two: Steps = { one: set("two", { one: 1 }), two: set(null, { two: 2 }) };
const both: Ending = { status: "completed", state: { one: 1, two: 2 }, effects: { one: 1, two: 1 } };

const reminding: Steps = {
  ask: ask("end", "answer", { timeout: "5m", onTimeout: "remind" }),
  remind: set(null, { reminded: true }),
  end,
};
const answered: Ending = { status: "completed", state: { asked: true, answer: 42 }, effects: { ask: 2, end: 1 } };
const known: Ending = { status: "completed", state: { answer: 42 }, effects: { ask: 1, end: 1 } };

const forked: Steps = { begin: fan(["a", "b"]), a: set("end", { a: 1 }), b: set("end", { b: 2 }), end };
const joined: Ending = { status: "completed", state: { a: 1, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } };

export const pausedBetween: Scenario = {
  name: "paused between two steps",
  steps: two,
  acts: [start(), deliver(), pause, settle, resume],
  ends: [both],
};

/** Longer than every short wait here, shorter than what the watchdog waits for. */
const MINUTES = 600_000;

/** Pauses in every status; whatever happens meanwhile takes effect at the resume. */
export const pauseScenarios: readonly Scenario[] = [
  pausedBetween,
  { name: "paused before the first step", steps: two, acts: [start(), pause, pass(MINUTES), resume], ends: [both] },
  {
    name: "paused while a body runs",
    steps: two,
    acts: [start(), together(deliver(), pause), pass(MINUTES), resume],
    ends: [both],
  },
  {
    name: "paused and resumed at once",
    steps: two,
    acts: [start(), deliver(), pause, together(deliver(), resume)],
    ends: [both],
  },
  {
    name: "resumed by two clients",
    steps: two,
    acts: [start(), deliver(), together(pause, pause), pass(MINUTES), together(resume, resume)],
    ends: [both],
  },
  {
    name: "paused, resumed and paused again before anybody noticed",
    steps: two,
    acts: [start(), deliver(), pause, resume, pause, pass(MINUTES), resume],
    ends: [both],
  },
  {
    name: "paused in each of two steps",
    steps: two,
    acts: [start(), pause, pass(MINUTES), resume, deliver(), pause, pass(MINUTES), resume],
    ends: [both],
  },
  {
    name: "an answer to an instance that is paused",
    steps: reminding,
    acts: [start(), pass(60_000), pause, answer({ answer: 42 }), pass(60_000), resume],
    ends: [
      answered,
      known,
      { ...known, state: { asked: true, answer: 42, reminded: true }, effects: { ask: 1, remind: 1 } },
    ],
  },
  {
    name: "a wait whose time runs out during a pause",
    steps: reminding,
    acts: [start(), pass(60_000), pause, pass(MINUTES), resume],
    ends: [{ status: "completed", state: { asked: true, reminded: true }, effects: { ask: 1, remind: 1 } }],
  },
  {
    name: "a wait of days whose time runs out during a pause",
    steps: { ask: ask("end", "answer", { timeout: "2d", onTimeout: "end" }), end },
    acts: [start(), pass(60_000), pause, pass(172_800_000), resume],
    needsSweeper: true,
    ends: [{ status: "completed", state: { asked: true }, effects: { ask: 1, end: 1 } }],
  },
  {
    name: "a delay that ends during a pause",
    steps: { one: set("two", { one: 1 }, { delay: "5m" }), two: set(null, { two: 2 }) },
    acts: [start(), pass(60_000), pause, pass(MINUTES), resume],
    ends: [both],
  },
  {
    name: "a retry that is due during a pause",
    steps: { one: flaky(2, set("two", { one: 1 })), two: set(null, { two: 2 }) },
    acts: [start(), deliver(), pause, pass(MINUTES), resume],
    bodies: 3,
    ends: [both],
  },
  {
    name: "paused while branches run: they end, their join waits",
    steps: forked,
    acts: [start(), deliver(), pause, pass(MINUTES), resume],
    width: 2,
    ends: [joined],
  },
  {
    name: "paused while a branch waits, answered, resumed",
    steps: { ...forked, a: ask("end") },
    acts: [start(), settle, pause, answer({ answer: 42 }), pass(MINUTES), resume],
    width: 2,
    ends: [
      {
        status: "completed",
        state: { asked: true, answer: 42, b: 2 },
        effects: { begin: 1, a: 2, b: 1, end: 1 },
      },
      { status: "completed", state: { answer: 42, b: 2 }, effects: { begin: 1, a: 1, b: 1, end: 1 } },
    ],
  },
  {
    name: "a chain that is paused while it runs",
    steps: { one: set("two", { one: 1 }), two: set("three", {}), three: set("four", {}), four: set(null, { two: 2 }) },
    options: { inline: true, timeout: "5s" },
    acts: [start(), together(deliver(), pause), pass(MINUTES), resume],
    width: 4,
    ends: [{ ...both, effects: { one: 1, two: 1, three: 1, four: 1 } }],
  },
  {
    name: "cancelled while it is paused",
    steps: two,
    acts: [start(), deliver(), pause, pass(MINUTES), cancel],
    bodies: 1,
    ends: [
      { status: "cancelled", state: { one: 1 }, effects: { one: 1, two: [0, 1] } },
      { status: "cancelled", state: {}, effects: { one: [0, 1] } },
      { ...both, unless: ["cancel"] },
    ],
  },
  {
    name: "a lifetime that ends during a pause",
    steps: two,
    options: { instanceTimeout: "20m" },
    acts: [start(), deliver(), pause, pass(1_800_000), resume],
    bodies: 1,
    ends: [
      { status: "failed", state: { one: 1 }, error: { code: "instance-timeout" }, effects: { one: 1, two: [0, 1] } },
      { status: "failed", state: {}, error: { code: "instance-timeout" }, effects: { one: [0, 1] } },
      both,
    ],
  },
];
