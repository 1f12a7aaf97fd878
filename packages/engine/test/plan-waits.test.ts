import type { InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { dutiesOf } from "../src/duties.ts";
import { planOwnMove } from "../src/plan-own-move.ts";
import { planStep } from "../src/plan-step.ts";
import type { StepOutcome } from "../src/step-outcome.ts";
import type { Transition } from "../src/transition.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { headWith, START } from "./support/bench.ts";

const NOW = START + 5_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const none = { kind: "keys", set: new Map<string, string>(), remove: [] } as const;
const steps = { begin: () => {}, next: () => {}, late: () => {} };

function input(head: InstanceHead, options: WorkflowOptions = {}) {
  const workflow = defineWorkflow("orders", "", steps, options);
  return { head, workflow, now: NOW, transactionId: "tx", chance: 0 };
}

function plan(outcome: StepOutcome, head = headWith(), options: WorkflowOptions = {}): Transition {
  return planStep(input(head, options), { outcome, startedAt: NOW - 40, duration: 40 });
}

function wait(asked: Partial<Extract<StepOutcome, { kind: "wait" }>> = {}, head = headWith()): Transition {
  return plan({ kind: "wait", changes: none, ...asked }, head);
}

function goto(delay: number, head = headWith()): Transition {
  return plan({ kind: "goto", next: "next", changes: none, delay }, head);
}

describe("a wait", () => {
  test("keeps step, visit and attempt, and notes what it was in the history", () => {
    const { next } = wait({}, headWith({ visit: 3, attempt: 2 }));
    expect(next).toMatchObject({ seq: 1, status: "waiting", step: "begin", visit: 3, attempt: 2 });
    expect(next.history.at(-1)).toMatchObject({ outcome: "wait", step: "begin" });
  });

  test("stores the state it is given", () => {
    expect(wait({ changes: { ...none, set: new Map([["a", "1"]]) } }).next.state).toEqual(new Map([["a", "1"]]));
  });

  test("commits only if nobody patched the state that its step saw (R8)", () => {
    expect(wait({}, headWith({ patchVersion: 4 })).condition).toEqual({
      seq: 0,
      statusIn: ["runnable"],
      patchVersion: 4,
    });
  });

  test("for ever has no due time, stands in no index and owes no message", () => {
    const { next } = wait();
    expect([next.dueAt, next.indexedAt, dutiesOf(next, NOW)]).toEqual([undefined, undefined, []]);
    expect(wait().update.clear).toEqual(["startMarks", "indexedAt"]);
  });

  test.each<readonly [number, number]>([
    [1, 1],
    [1_500, 2],
    [15 * MINUTE, 900],
  ])("of %i ms is a message delayed by %i s, and the watchdog's entry stays", (timeout, delaySeconds) => {
    const { next } = wait({ timeout });
    expect(next).toMatchObject({ dueAt: NOW + timeout, indexedAt: START + HOUR });
    expect(dutiesOf(next, NOW)).toEqual([
      { message: { kind: "wake", instance: "order-1", token: 1, dutiesDone: true }, delaySeconds },
    ]);
  });

  test("of more than 15 minutes is an entry of the due index and needs no message, now or in a repair", () => {
    const { next } = wait({ timeout: 15 * MINUTE + 1 });
    expect(next).toMatchObject({ dueAt: NOW + 15 * MINUTE + 1, indexedAt: NOW + 15 * MINUTE + 1 });
    expect([dutiesOf(next, NOW), dutiesOf(next, NOW + 14 * MINUTE)]).toEqual([[], []]);
  });

  test("stands in the index at the instance's deadline when that comes first", () => {
    const head = headWith({ deadline: START + DAY });
    expect(wait({ timeout: 2 * DAY }, head).next).toMatchObject({ dueAt: NOW + 2 * DAY, indexedAt: START + DAY });
    expect(wait({}, head).next).toMatchObject({ indexedAt: START + DAY });
    expect(wait({}, head).next).not.toHaveProperty("dueAt");
  });

  test("a wait whose instance is about to expire keeps the entry that looks after it", () => {
    const head = headWith({ deadline: START + 10 * MINUTE, indexedAt: START + 10 * MINUTE });
    expect(wait({}, head).next.indexedAt).toBe(START + 10 * MINUTE);
  });
});

describe("a wait that is over", () => {
  test("runs its step again, as a new visit without the wait", () => {
    const waiting = wait({ timeout: DAY }, headWith({ visit: 3, attempt: 2 })).next;
    const { next, condition } = planOwnMove(input(waiting), "time-out");
    expect(next).toMatchObject({
      seq: 2,
      token: 2,
      status: "runnable",
      step: "begin",
      visit: 4,
      attempt: 1,
      readyAt: NOW,
    });
    expect(next).not.toHaveProperty("dueAt");
    expect(next.indexedAt).toBe(NOW + HOUR);
    expect(condition).toEqual({ seq: 1, statusIn: ["waiting"] });
  });

  test("goes to its timeout step, which is then forgotten", () => {
    const waiting = wait({ timeout: DAY, timeoutStep: "late" }).next;
    expect(waiting.timeoutStep).toBe("late");
    const { next } = planOwnMove(input(waiting), "time-out");
    expect(next).toMatchObject({ status: "runnable", step: "late", previousStep: "begin", visit: 2 });
    expect(next).not.toHaveProperty("timeoutStep");
  });

  test("keeps the errors that the join before it tolerated", () => {
    const error = { name: "E", message: "", step: "a", attempt: 1, at: START };
    const waiting = wait({ timeout: 5 }, headWith({ branchErrors: [error] })).next;
    expect(planOwnMove(input(waiting), "time-out").next.branchErrors).toEqual([error]);
  });
});

describe("a delayed goto", () => {
  test("of up to 15 minutes makes a runnable step with a delayed message", () => {
    const { next } = goto(15 * MINUTE);
    expect(next).toMatchObject({
      status: "runnable",
      step: "next",
      readyAt: NOW + 15 * MINUTE,
      indexedAt: START + HOUR,
    });
    expect(next).not.toHaveProperty("dueAt");
    expect(dutiesOf(next, NOW)).toMatchObject([{ delaySeconds: 900 }]);
  });

  test("of more makes a timer in the due index, without a message", () => {
    const { next } = goto(15 * MINUTE + 1);
    const due = NOW + 15 * MINUTE + 1;
    expect(next).toMatchObject({ status: "timer", step: "next", readyAt: due, dueAt: due, indexedAt: due });
    expect([dutiesOf(next, NOW), dutiesOf(next, due)]).toEqual([[], []]);
  });

  test("its step's visit begins when the delay is over", () => {
    expect(goto(DAY).next.stepCounts).toMatchObject({ next: { visits: 1, startTime: NOW + DAY } });
  });

  test("what a timer's step asks for takes the due time away and gives the watchdog back", () => {
    const { next } = goto(0, goto(DAY).next);
    expect(next).toMatchObject({ status: "runnable", indexedAt: NOW + HOUR });
    expect(next).not.toHaveProperty("dueAt");
  });

  test("the watchdog never looks later than the deadline", () => {
    const timer = goto(DAY, headWith({ deadline: NOW + 2 * DAY })).next;
    expect(goto(0, { ...timer, deadline: NOW + MINUTE }).next.indexedAt).toBe(NOW + MINUTE);
  });
});

describe("a retry", () => {
  const thrown: StepOutcome = { kind: "error", error: new Error("x"), retryable: true };
  test("after a pause of more than 15 minutes is a timer", () => {
    const retry = { initialInterval: "1h", maximumInterval: "1h" } as const;
    expect(plan(thrown, headWith(), { retry }).next).toMatchObject({
      status: "timer",
      step: "begin",
      attempt: 2,
      readyAt: NOW + HOUR,
      dueAt: NOW + HOUR,
      indexedAt: NOW + HOUR,
    });
  });

  test("of a timer's step takes the due time away", () => {
    const { next } = plan(thrown, { ...goto(DAY).next, step: "begin" });
    expect(next).toMatchObject({ status: "runnable", attempt: 2, indexedAt: NOW + HOUR });
    expect(next).not.toHaveProperty("dueAt");
  });
});

describe("a branch's record", () => {
  const record = headWith({ id: "order-1/1/0", deadline: NOW + 20 * DAY });
  test("stands in the index for a long wait only", () => {
    const { indexedAt: _none, ...unplaced } = record;
    expect(wait({ timeout: DAY }, unplaced).next.indexedAt).toBe(NOW + DAY);
    expect(wait({ timeout: MINUTE }, record).next).not.toHaveProperty("indexedAt");
    const waiting = wait({ timeout: DAY }, unplaced).next;
    expect(planOwnMove(input(waiting), "time-out").next).not.toHaveProperty("indexedAt");
  });

  test("is in no list", () => {
    expect(plan({ kind: "end", changes: none }, record).update).not.toHaveProperty("listed");
  });
});

test("a blocked instance stands in no index, and keeps its step", () => {
  const { next } = planOwnMove(input(headWith({ visit: 3 })), "block");
  expect(next).toMatchObject({ status: "blocked", step: "begin", visit: 3 });
  expect(next).not.toHaveProperty("indexedAt");
  expect(dutiesOf(next, NOW)).toEqual([]);
});
