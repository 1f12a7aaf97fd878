import { HISTORY_LENGTH, type InstanceHead } from "@stephooks/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StepOutcome } from "../src/step-outcome.ts";
import { planStep } from "../src/plan-step.ts";
import type { Transition } from "../src/transition.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { headWith, START } from "./support/bench.ts";

const NOW = START + 5_000;
const none = { kind: "keys", set: new Map<string, string>(), remove: [] } as const;
type Asked<Kind> = Extract<StepOutcome, { kind: Kind }>;

const gotoNext: Asked<"goto"> = { kind: "goto", next: "next", changes: none, delay: 0 };
const end: Asked<"end"> = { kind: "end", changes: none };
const thrown: Asked<"error"> = { kind: "error", error: new RangeError("broken"), retryable: true };
const steps = { begin: () => {}, next: () => {} };

function plan(outcome: StepOutcome, head: InstanceHead = headWith(), options: WorkflowOptions = {}): Transition {
  const result = { outcome, startedAt: NOW - 40, duration: 40 };
  const workflow = defineWorkflow("orders", "", steps, options);
  return planStep({ head, workflow, now: NOW, transactionId: "tx", chance: 0 }, result);
}

describe("every transition", () => {
  test.each<readonly [string, StepOutcome]>([
    ["goto", gotoNext],
    ["end", end],
    ["a throw", thrown],
  ])("%s commits the next seq with a new token, and the old token becomes the predecessor's (I1)", (_what, outcome) => {
    const { next } = plan(outcome, headWith({ seq: 6, token: 4, previousToken: 3 }));
    expect(next).toMatchObject({ seq: 7, token: 7, previousToken: 4, transactionId: "tx", updatedAt: NOW });
  });

  test("the condition is the seq and the status that the step saw (R0)", () => {
    expect(plan(gotoNext, headWith({ seq: 6 })).condition).toEqual({ seq: 6, statusIn: ["runnable"] });
  });

  test("the given head is not changed", () => {
    const head = headWith();
    const before = structuredClone(head);
    plan({ ...gotoNext, changes: { ...none, set: new Map([["a", "1"]]) } }, head);
    expect(head).toEqual(before);
  });

  test("the newest 16 transitions are remembered, oldest first", () => {
    const walk = Array.from({ length: 20 }).reduce<InstanceHead>((head) => plan(gotoNext, head).next, headWith());
    expect(walk.history.map(({ seq }) => seq)).toEqual(Array.from({ length: HISTORY_LENGTH }, (_, index) => index + 5));
    expect(walk.history.at(-1)).toEqual({
      seq: 20,
      step: "next",
      attempt: 1,
      outcome: "goto",
      startedAt: NOW - 40,
      duration: 40,
    });
  });
});

describe("goto", () => {
  test("makes the next step runnable at once, as the first attempt of a new visit", () => {
    expect(plan(gotoNext, headWith({ visit: 3, attempt: 2 })).next).toMatchObject({
      status: "runnable",
      step: "next",
      previousStep: "begin",
      visit: 4,
      attempt: 1,
      readyAt: NOW,
    });
  });

  test("closes the visit of the step it leaves and opens one of the step it enters", () => {
    expect(plan(gotoNext).next.stepCounts).toEqual({
      begin: { visits: 1, startTime: START, finishTime: NOW, totalTime: 5_000 },
      next: { visits: 1, startTime: NOW },
    });
  });

  test("counts the visits of a step that loops to itself", () => {
    expect(plan({ ...gotoNext, next: "begin" }).next.stepCounts).toEqual({ begin: { visits: 2, startTime: NOW } });
  });

  test("a head without a count of its own step gets one for the next", () => {
    expect(plan(gotoNext, headWith({ stepCounts: {} })).next.stepCounts).toEqual({
      next: { visits: 1, startTime: NOW },
    });
  });

  test("an error of an earlier attempt stays readable", () => {
    const failed = plan(thrown).next;
    expect(plan(gotoNext, failed).next.error).toEqual(failed.error);
  });
});

describe("the end", () => {
  test("completes the instance with the time since its creation", () => {
    expect(plan(end).next).toMatchObject({
      status: "completed",
      step: "begin",
      previousStep: "begin",
      totalTime: 5_000,
    });
    expect(plan(end).next.history.at(-1)).toMatchObject({ outcome: "end" });
  });
});

describe("a throw", () => {
  test("is tried again after one second, then after two, then it fails (I15)", () => {
    const second = plan(thrown).next;
    const third = plan(thrown, second).next;
    const last = plan(thrown, third).next;
    expect([second, third, last].map(({ status, attempt, readyAt }) => [status, attempt, readyAt - NOW])).toEqual([
      ["runnable", 2, 1_000],
      ["runnable", 3, 2_000],
      ["failed", 3, 2_000],
    ]);
    expect(last.history.map(({ outcome }) => outcome)).toEqual(["retry", "retry", "fail"]);
  });

  test("keeps the step and the visit, so that the idempotency key stays (I17)", () => {
    expect(plan(thrown, headWith({ visit: 3 })).next).toMatchObject({ step: "begin", visit: 3 });
  });

  test("is recorded with its place", () => {
    expect(plan(thrown, headWith({ attempt: 2 })).next.error).toMatchObject({
      name: "RangeError",
      message: "broken",
      step: "begin",
      attempt: 2,
      at: NOW,
    });
  });

  test("that another attempt cannot heal fails at once", () => {
    expect(plan({ ...thrown, retryable: false }).next).toMatchObject({ status: "failed", attempt: 1, step: "begin" });
  });

  test("of a step that is not defined is a mistake of ours", () => {
    expect(() => plan(thrown, headWith({ step: "gone" }))).toThrow(TypeError);
  });

  test("changes no state", () => {
    expect(plan(thrown, headWith({ state: new Map([["a", "1"]]) })).update).not.toHaveProperty("state");
  });
});

describe("the guards against endless loops", () => {
  test.each<readonly [number, InstanceHead["status"]]>([
    [8, "runnable"],
    [9, "failed"],
    [30, "failed"],
  ])("with maxTransitions 10, a goto from seq %i leaves the instance %s", (seq, status) => {
    const { next } = plan(gotoNext, headWith({ seq }), { maxTransitions: 10 });
    expect([next.status, next.error?.code]).toEqual([status, status === "failed" ? "max-transitions" : undefined]);
  });

  test("the last allowed transition may end the instance", () => {
    expect(plan(end, headWith({ seq: 9 }), { maxTransitions: 10 }).next.status).toBe("completed");
  });

  test.each<readonly [number, InstanceHead["status"]]>([
    [1, "runnable"],
    [2, "failed"],
  ])("with maxStepCount 2, a goto to a step visited %i times leaves the instance %s", (visits, status) => {
    const stepCounts = { begin: { visits: 1, startTime: START }, next: { visits, startTime: START } };
    const { next } = plan(gotoNext, headWith({ stepCounts }), { maxStepCount: 2 });
    expect([next.status, next.error?.code]).toEqual([status, status === "failed" ? "max-step-count" : undefined]);
  });

  test("an exceeded step count is told in codehooks' words and names the step that was not entered", () => {
    const stepCounts = { next: { visits: 1, startTime: START } };
    const { next } = plan(gotoNext, headWith({ stepCounts }), { maxStepCount: 1 });
    expect(next.step).toBe("begin");
    expect(next.error).toMatchObject({
      step: "next",
      message: expect.stringMatching(
        /^Step next has been executed 2 times, which is greater than the maximum step count of 1\./,
      ),
    });
  });
});

describe("how state is written", () => {
  const keys = (count: number): ReadonlyMap<string, string> =>
    new Map(Array.from({ length: count }, (_, index) => [`key${index}`, "1"]));

  test("up to 100 changed keys are written one by one, whatever happens to other keys meanwhile", () => {
    const changes = { ...none, set: keys(99), remove: ["old"] };
    const { update, condition } = plan({ ...gotoNext, changes }, headWith({ patchVersion: 3 }));
    expect(update.state).toBe(changes);
    expect(condition).not.toHaveProperty("patchVersion");
  });

  test("above 100 changed keys the map is replaced, on condition that nobody patched it", () => {
    const changes = { ...none, set: keys(100), remove: ["old"] };
    const state = new Map([
      ["old", "1"],
      ["kept", "2"],
    ]);
    const { update, condition, next } = plan({ ...gotoNext, changes }, headWith({ state, patchVersion: 3 }));
    const entries = new Map([["kept", "2"], ...keys(100)]);
    expect(update.state).toEqual({ kind: "whole", entries });
    expect(condition.patchVersion).toBe(3);
    expect(next.state).toEqual(entries);
  });

  test("the state a goto hands over is kept when a guard ends the instance", () => {
    const changes = { ...none, set: new Map([["a", "1"]]) };
    expect(plan({ ...gotoNext, changes }, headWith({ seq: 9 }), { maxTransitions: 10 }).next.state).toEqual(
      changes.set,
    );
  });
});

test("the committed chain is a path for every sequence of outcomes (I1, I2)", () => {
  const outcome = fc.constantFrom<StepOutcome>(gotoNext, { ...gotoNext, next: "begin" }, thrown, end);
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 40 }), (outcomes) => {
      let head = headWith();
      for (const asked of outcomes) {
        if (head.status !== "runnable") return;
        const { next } = plan(asked, head);
        expect([next.seq, next.token, next.previousToken]).toEqual([head.seq + 1, head.seq + 1, head.token]);
        expect(next.step).toBe(asked.kind === "goto" ? asked.next : head.step);
        expect(next.visit - head.visit).toBe(asked.kind === "goto" ? 1 : 0);
        expect(next.attempt).toBeLessThanOrEqual(3);
        expect(next.history.at(-1)).toMatchObject({ seq: next.seq, step: head.step });
        head = next;
      }
    }),
  );
});
