import { parseBranchId } from "@stephooks/core";
import type { StepFunction } from "../../src/step-function.ts";
import { answer, settle, start } from "../support/acts.ts";
import type { Scenario } from "../support/scenario.ts";
import { ask, end, numberIn, set } from "../support/story.ts";
import type { World } from "../support/world.ts";

/** Goes to itself `turns` times, then on. */
const loop = (turns: number, next: string | readonly string[]): StepFunction => {
  return (state, goto) => {
    const done = numberIn(state, "turns") + 1;
    return done < turns ? goto("loop", { turns: done }) : goto(next, { turns: done });
  };
};

const full = { history: "full" } as const;
const changes = { history: "changes" } as const;

/** A branch's own record keeps no history. */
const judge = (world: World): readonly string[] => {
  const instances = world.store.heads().filter(({ id }) => parseBranchId(id) === undefined);
  return instances.every(({ fullHistory }) => fullHistory) ? [] : ["the option got lost on the way"];
};

/** Full history: the commit after the sixteenth is the first that pushes entries out. Each story makes another kind of it. */
export const historyScenarios: readonly Scenario[] = [
  {
    name: "entries pushed out by steps",
    steps: { loop: loop(19, "end"), end },
    options: full,
    ends: [{ status: "completed", state: { turns: 19 }, effects: { loop: 19, end: 1 } }],
    judge,
  },
  {
    name: "entries pushed out by a step in an inline chain",
    steps: { loop: loop(17, "end"), end },
    options: { ...changes, inline: true, timeout: "1s" },
    width: 18,
    ends: [{ status: "completed", state: { turns: 17 }, effects: { loop: 17, end: 1 } }],
    judge,
  },
  {
    name: "entries pushed out by a command",
    steps: { loop: loop(15, "ask"), ask: ask("end"), end },
    options: changes,
    acts: [start(), settle, answer({ answer: 42 })],
    ends: [
      { status: "completed", state: { turns: 15, asked: true, answer: 42 }, effects: { loop: 15, ask: 2, end: 1 } },
      { status: "completed", state: { turns: 15, answer: 42 }, effects: { loop: 15, ask: 1, end: 1 } },
    ],
    judge,
  },
  {
    name: "entries pushed out by a join",
    steps: { loop: loop(16, ["a", "b"]), a: set("end", { a: 1 }), b: set("end", { b: 2 }), end },
    options: changes,
    width: 2,
    ends: [{ status: "completed", state: { turns: 16, a: 1, b: 2 }, effects: { loop: 16, a: 1, b: 1, end: 1 } }],
    judge,
  },
  {
    name: "entries pushed out by the end of a wait",
    steps: { loop: loop(15, "ask"), ask: ask("end", "answer", { timeout: "5m", onTimeout: "end" }), end },
    options: full,
    ends: [{ status: "completed", state: { turns: 15, asked: true }, effects: { loop: 15, ask: 1, end: 1 } }],
    judge,
  },
];
