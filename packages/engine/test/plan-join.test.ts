import type { BranchResult, InstanceHead } from "@stephooks/core";
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
const none = { kind: "keys", set: new Map<string, string>(), remove: [] } as const;
const steps = { begin: () => {}, left: () => {}, right: () => {}, after: () => {}, rescue: () => {} };

function input(head: InstanceHead, options: WorkflowOptions = {}) {
  const workflow = defineWorkflow("orders", "", steps, options);
  return { head, workflow, now: NOW, transactionId: "tx", chance: 0 };
}

function fanOut(asked: Partial<Extract<StepOutcome, { kind: "fan-out" }>> = {}, head = headWith(), options = {}) {
  const outcome = {
    kind: "fan-out",
    steps: ["left", "right"],
    changes: none,
    tolerated: 0,
    settleAll: false,
    ...asked,
  } as const;
  return planStep(input(head, options), { outcome, startedAt: NOW - 40, duration: 40 });
}

function ok(
  next: string | readonly string[] | null,
  changes: Partial<Extract<BranchResult, { kind: "next" }>> = {},
): BranchResult {
  return { kind: "next", next, set: {}, remove: [], startedAt: START + 1_000, duration: 500, ...changes };
}

function failed(message: string): BranchResult {
  return { kind: "failed", error: { name: "RangeError", message, step: "left", attempt: 3, at: START } };
}

/** The join of a fan-out to left and right with these results, in the order in which they were recorded. */
function join(
  results: readonly (readonly [number, BranchResult])[],
  changes: Partial<InstanceHead> = {},
  options: WorkflowOptions = {},
): Transition {
  const joining = fanOut().next;
  return planOwnMove(input({ ...joining, results: new Map(results), ...changes }, options), "join");
}

function joinWith(tolerated: number, settleAll: boolean) {
  return { seq: 1, steps: ["left", "right"], tolerated, settleAll };
}

describe("a fan-out", () => {
  test("joins under the seq it commits, with no result yet, as a new visit", () => {
    const { next } = fanOut({}, headWith({ visit: 3 }));
    expect(next).toMatchObject({ seq: 1, token: 1, status: "joining", step: "begin", previousStep: "begin", visit: 4 });
    expect(next.join).toEqual(joinWith(0, false));
    expect(next.results).toEqual(new Map());
    expect(next.history.at(-1)).toMatchObject({ outcome: "goto", step: "begin" });
  });

  test("owes one message for each branch without a result", () => {
    const { next } = fanOut({ steps: ["left", "right", "left"] });
    const owed = dutiesOf({ ...next, results: new Map([[1, ok(null)]]) }, NOW);
    expect(owed).toEqual(
      [0, 2].map((branch) => ({ message: { kind: "branch", instance: "order-1", seq: 1, branch }, delaySeconds: 0 })),
    );
  });

  test("closes the visit of its step and stores its state", () => {
    const { next } = fanOut({ changes: { ...none, set: new Map([["a", "1"]]) } });
    expect(next.stepCounts).toEqual({ begin: { visits: 1, startTime: START, finishTime: NOW, totalTime: 5_000 } });
    expect(next.state).toEqual(new Map([["a", "1"]]));
  });

  test.each<readonly [string, WorkflowOptions, string]>([
    ["one transition too many", { maxTransitions: 1 }, "max-transitions"],
    ["one visit of a branch's step too many", { maxStepCount: 1 }, "max-step-count"],
  ])("that is %s fails the instance, and keeps the state it was given", (_what, options, code) => {
    const stepCounts = { right: { visits: 1, startTime: START } };
    const { next } = fanOut({ changes: { ...none, set: new Map([["a", "1"]]) } }, headWith({ stepCounts }), options);
    expect([next.status, next.error?.code, next.state]).toEqual(["failed", code, new Map([["a", "1"]])]);
    expect(next).not.toHaveProperty("join");
  });
});

describe("the join of branches that succeeded", () => {
  test("goes to the step they named and forgets the fan-out", () => {
    const { next, condition } = join([
      [0, ok("after")],
      [1, ok("after")],
    ]);
    expect(next).toMatchObject({ seq: 2, token: 2, previousToken: 1, status: "runnable", step: "after", readyAt: NOW });
    expect(next).not.toHaveProperty("join");
    expect(next).not.toHaveProperty("results");
    expect(condition).toEqual({ seq: 1, statusIn: ["joining"] });
  });

  test("merges their changes in declared order, whatever order they reported in", () => {
    const { next } = join([
      [1, ok("after", { set: { a: '"right"', c: "3" } })],
      [0, ok("after", { set: { a: '"left"', b: "2" } })],
    ]);
    expect(next.state).toEqual(
      new Map([
        ["a", '"right"'],
        ["b", "2"],
        ["c", "3"],
      ]),
    );
  });

  test("writes only what they changed: what a patch wrote beside them stays", () => {
    const state = new Map([
      ["patched", "1"],
      ["a", "0"],
    ]);
    const { next, update } = join(
      [
        [0, ok("after", { set: { a: "1" } })],
        [1, ok("after")],
      ],
      { state },
    );
    expect(update.state).toEqual({ kind: "keys", set: new Map([["a", "1"]]), remove: [] });
    expect(next.state).toEqual(
      new Map([
        ["patched", "1"],
        ["a", "1"],
      ]),
    );
  });

  test.each<readonly [string, BranchResult, BranchResult, readonly (readonly [string, string])[]]>([
    ["removed by the later", ok("after", { set: { a: "1" } }), ok("after", { remove: ["a"] }), []],
    ["set by the later", ok("after", { remove: ["a"] }), ok("after", { set: { a: "1" } }), [["a", "1"]]],
    ["removed by the earlier only", ok("after", { remove: ["a"] }), ok("after"), []],
  ])("a key is what the last that touched it did: %s", (_what, left, right, expected) => {
    const { next } = join(
      [
        [0, left],
        [1, right],
      ],
      { state: new Map([["a", "0"]]) },
    );
    expect(next.state).toEqual(new Map(expected));
  });

  test("completes when every branch named null", () => {
    expect(
      join([
        [0, ok(null)],
        [1, ok(null)],
      ]).next,
    ).toMatchObject({ status: "completed", totalTime: 5_000 });
  });

  test("fans out again when every branch named the same list", () => {
    const { next } = join(
      [
        [0, ok(["right", "left"])],
        [1, ok(["right", "left"])],
      ],
      { join: joinWith(1, true) },
    );
    expect(next).toMatchObject({ seq: 2, status: "joining", results: new Map() });
    expect(next.join).toEqual({ seq: 2, steps: ["right", "left"], tolerated: 0, settleAll: false });
  });

  test.each<readonly [string, BranchResult]>([
    ["another step", ok("left")],
    ["the end", ok(null)],
    ["a list", ok(["after"])],
  ])("fails with join-mismatch when one branch named %s", (_what, other) => {
    const { next } = join([
      [0, ok("after", { set: { a: "1" } })],
      [1, other],
    ]);
    expect([next.status, next.error?.code, next.state.size]).toEqual(["failed", "join-mismatch", 0]);
    expect(next.error?.message).toContain('"after"');
  });

  test("counts one visit of each branch's step, with its own times", () => {
    const join3 = { seq: 1, steps: ["left", "right", "left"], tolerated: 1, settleAll: true };
    const { next } = join(
      [
        [0, ok("after")],
        [1, failed("x")],
        [2, ok("after")],
        [9, ok("after")],
      ],
      { join: join3 },
    );
    const times = { startTime: START + 1_000, finishTime: START + 1_500, totalTime: 500 };
    expect(next.stepCounts).toMatchObject({
      left: { visits: 2, ...times },
      right: { visits: 1, startTime: NOW },
      after: { visits: 1, startTime: NOW },
    });
  });

  test("counts the branches of a join that ends the instance, too", () => {
    expect(
      join([
        [0, ok(null)],
        [1, ok(null)],
      ]).next.stepCounts,
    ).toMatchObject({ left: { visits: 1 }, right: { visits: 1 } });
  });
});

describe("the join of branches of which some failed", () => {
  test("fails with the record of the first in declared order", () => {
    const { next } = join([
      [1, failed("right")],
      [0, failed("left")],
    ]);
    expect(next).toMatchObject({ status: "failed", error: { name: "RangeError", message: "left", attempt: 3 } });
  });

  test("goes on when no more failed than are tolerated, and tells the next step which", () => {
    const { next } = join(
      [
        [0, failed("left")],
        [1, ok("after", { set: { a: "1" } })],
      ],
      { join: joinWith(1, false) },
    );
    expect(next).toMatchObject({ status: "runnable", step: "after", branchErrors: [{ message: "left" }] });
    expect(next.state).toEqual(new Map([["a", "1"]]));
  });

  test("that were tolerated are forgotten by the step after the next", () => {
    const { next } = join(
      [
        [0, failed("left")],
        [1, ok("after")],
      ],
      { join: joinWith(1, false) },
    );
    const outcome = { kind: "goto", next: "begin", changes: none, delay: 0 } as const;
    expect(planStep(input(next), { outcome, startedAt: NOW, duration: 0 }).next).not.toHaveProperty("branchErrors");
  });

  test("fails when all of them failed, for nobody named a next step", () => {
    expect(
      join(
        [
          [0, failed("left")],
          [1, failed("right")],
        ],
        { join: joinWith(2, true) },
      ).next,
    ).toMatchObject({
      status: "failed",
      error: { message: "left" },
    });
  });

  test("lets the error step take over, with the branch's error", () => {
    expect(join([[0, failed("left")]], {}, { onError: "rescue" }).next).toMatchObject({
      status: "runnable",
      step: "rescue",
      error: { message: "left", step: "left" },
    });
  });
});

test("a head without a fan-out owes no branch's message", () => {
  expect(dutiesOf(headWith({ status: "joining" }), NOW)).toEqual([]);
});

test("a head that does not join cannot be joined", () => {
  expect(() => planOwnMove(input(headWith()), "join")).toThrow(TypeError);
  expect(() => join([])).toThrow(TypeError);
});
