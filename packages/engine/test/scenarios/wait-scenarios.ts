import { resumeByToken } from "../../src/update-instance.ts";
import { answer, click, deliver, goOn, hurry, pass, settle, start, together } from "../support/acts.ts";
import type { Ending, Scenario, Steps } from "../support/scenario.ts";
import { ask, end, numberIn, set } from "../support/story.ts";
import type { World } from "../support/world.ts";

const question: Steps = { ask: ask("end"), end };
const answered: Ending = { status: "completed", state: { asked: true, answer: 42 }, effects: { ask: 2, end: 1 } };
/** The answer was there before the question. */
const known: Ending = { status: "completed", state: { answer: 42 }, effects: { ask: 1, end: 1 } };

const reminding = (timeout: "1m" | "5m" | "15m" | "3d"): Steps => ({
  ask: ask("end", "answer", { timeout, onTimeout: "remind" }),
  remind: set(null, { reminded: true }),
  end,
});
const reminded: Ending = {
  status: "completed",
  state: { asked: true, reminded: true },
  effects: { ask: 1, remind: 1 },
};
/** The answer came when the time was over. */
const both: Ending = { ...reminded, state: { asked: true, reminded: true, answer: 42 } };

const mailing = (world: World): Steps => ({
  ask: (state, goto, wait, context) => {
    if ("answer" in state) return goto("end");
    world.tokens.push(context.createWaitToken());
    return wait({ asked: true });
  },
  end,
});

/** Whoever gets the mail clicks before the wait is committed; what the answer must be is asked again until it is. */
const hasty = (world: World, enough = 0): Steps => ({
  ask: async (state, goto, wait, context) => {
    if ("answer" in state && numberIn(state, "answer") >= enough) return goto("end");
    const token = context.createWaitToken();
    world.tokens.push(token);
    if (!("answer" in state)) await world.client((ports) => resumeByToken(token, { answer: 1 }, ports));
    return wait({ asked: true });
  },
  end,
});

export const answeredWait: Scenario = {
  name: "a wait that is answered",
  steps: question,
  acts: [start(), settle, answer({ answer: 42 })],
  ends: [answered, known],
};

/** Instances that wait for an answer or for their time. */
export const waitScenarios: readonly Scenario[] = [
  answeredWait,
  {
    name: "an answer that comes while the question is asked",
    steps: { begin: set("ask", {}), ...question },
    acts: [start(), deliver(), answer({ answer: 42 })],
    ends: [
      { ...known, effects: { begin: 1, ask: 1, end: 1 } },
      { ...answered, effects: { begin: 1, ask: 2, end: 1 } },
    ],
  },
  {
    name: "an answer at the same moment as the question",
    steps: question,
    acts: [start(), together(deliver(), answer({ answer: 42 }))],
    // What the question did not know when it was asked makes it run again before it waits (R8).
    bodies: 3,
    ends: [known, answered],
  },
  {
    name: "two clients answer one wait",
    steps: { ask: ask("end"), end: (state, goto) => goto(null, { saw: numberIn(state, "answer") }) },
    acts: [start(), settle, together(answer({ answer: 42 }, "ask"), answer({ second: 2 }, "ask"))],
    ends: [
      { status: "completed", state: { asked: true, answer: 42, second: 2, saw: 42 }, effects: { ask: [2, 3], end: 1 } },
      { status: "completed", state: { asked: true, answer: 42, saw: 42 }, effects: { ask: [2, 3], end: 1 } },
    ],
    bodies: 3,
  },
  {
    name: "a wait whose short time runs out",
    steps: reminding("5m"),
    ends: [reminded],
  },
  {
    name: "a wait whose wake is handed out at once",
    steps: reminding("1m"),
    acts: [start(), deliver(), hurry],
    ends: [reminded],
  },
  {
    name: "a wait as long as the queue can delay",
    steps: reminding("15m"),
    ends: [reminded],
  },
  {
    name: "a wait whose time of days runs out",
    steps: reminding("3d"),
    needsSweeper: true,
    ends: [reminded],
  },
  {
    name: "a wait whose time runs out and whose step runs again",
    steps: {
      poll: (state, goto, wait) =>
        numberIn(state, "turns") === 2 ? goto(null) : wait({ turns: numberIn(state, "turns") + 1 }, { timeout: "2m" }),
    },
    ends: [{ status: "completed", state: { turns: 2 }, effects: { poll: 3 } }],
  },
  {
    name: "a timed wait that is answered in time",
    steps: reminding("5m"),
    acts: [start(), pass(60_000), answer({ answer: 42 })],
    ends: [answered, known, reminded, both],
  },
  {
    name: "a wait of days that is answered after a minute",
    steps: reminding("3d"),
    acts: [start(), pass(60_000), answer({ answer: 42 }, "ask")],
    ends: [answered, known],
  },
  {
    name: "an answer in the moment the time is over",
    steps: reminding("5m"),
    acts: [start(), pass(299_999), together(pass(1), answer({ answer: 42 }))],
    ends: [answered, both, reminded],
  },
  {
    name: "a bare continue",
    steps: { hold: (state, goto, wait) => ("held" in state ? goto("end") : wait({ held: true })), end },
    acts: [start(), settle, goOn],
    ends: [{ status: "completed", state: { held: true }, effects: { hold: 2, end: 1 } }],
  },
  {
    name: "two waits in a row",
    steps: { first: ask("second", "one"), second: ask("end", "two"), end },
    acts: [start(), settle, answer({ one: 1 }, "first"), settle, answer({ two: 2 }, "second")],
    ends: [
      { status: "completed", state: { asked: true, one: 1, two: 2 }, effects: { first: 2, second: 2, end: 1 } },
      { status: "completed", state: { asked: true, one: 1, two: 2 }, effects: { first: 2, second: [1, 3], end: 1 } },
      {
        status: "completed",
        state: { one: 1, two: 2, asked: true },
        effects: { first: [1, 2], second: [1, 3], end: 1 },
      },
    ],
  },
  {
    name: "a wait that asks until the answer is good",
    steps: {
      ask: (state, goto, wait) => (numberIn(state, "answer") > 9 ? goto(null) : wait({ asked: true })),
    },
    acts: [start(), settle, answer({ answer: 1 }), settle, answer({ answer: 2 }), settle, answer({ answer: 10 })],
    ends: [
      { status: "completed", state: { asked: true, answer: 10 }, effects: { ask: 4 } },
      { status: "completed", state: { asked: true, answer: 10 }, effects: { ask: [3, 6] } },
    ],
  },
  {
    name: "a link that was mailed is clicked",
    steps: mailing,
    acts: [start(), settle, click({ answer: 42 })],
    ends: [answered],
  },
  {
    name: "a link that was mailed is clicked by two at once",
    steps: mailing,
    acts: [start(), settle, together(click({ answer: 42 }), click({ answer: 42 }))],
    ends: [answered],
  },
  {
    name: "a link that is clicked before its wait is committed",
    steps: hasty,
    // Where the hasty click was lost somebody clicks again.
    acts: [start(), settle, click({ answer: 42 })],
    bodies: 3,
    ends: [
      { ...known, state: { answer: 1 } },
      { ...answered, state: { asked: true, answer: 1 }, effects: { ask: [1, 2], end: 1 } },
      { ...answered, effects: { ask: 2, end: 1 } },
    ],
  },
  {
    name: "a link that is clicked too early for an answer that is not enough",
    steps: (world) => hasty(world, 10),
    acts: [start(), settle, click({ answer: 42 })],
    bodies: 5,
    ends: [{ status: "completed", state: { asked: true, answer: 42 }, effects: { ask: [2, 3], end: 1 } }],
  },
  {
    name: "the link of an earlier wait answers nothing",
    steps: mailing,
    acts: [start(), settle, click({ wrong: 1 }), settle, click({ never: 1 }, 0), settle, click({ answer: 42 })],
    ends: [
      { status: "completed", state: { asked: true, wrong: 1, answer: 42 }, effects: { ask: 3, end: 1 } },
      // Nobody heard that the first click was taken, so it was clicked again.
      { status: "completed", state: { asked: true, wrong: 1, answer: 42 }, effects: { ask: [2, 5], end: 1 } },
    ],
  },
];
