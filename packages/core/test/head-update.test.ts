import { describe, expect, test } from "vitest";
import {
  applyHeadUpdate,
  applyStateWrite,
  type BranchResult,
  hasEnded,
  type HeadCondition,
  type HeadStatus,
  type InstanceHead,
  meetsCondition,
} from "@stephooks/core";

const head: InstanceHead = {
  id: "order-1",
  workflow: "orders",
  startId: "start-1",
  createdAt: 1,
  seq: 3,
  token: 2,
  previousToken: 1,
  status: "runnable",
  step: "charge",
  visit: 1,
  attempt: 1,
  readyAt: 1,
  transactionId: "00",
  updatedAt: 1,
  state: new Map([
    ["a", "1"],
    ["b", "2"],
  ]),
  patchVersion: 4,
  stepCounts: {},
  history: [],
};

function next(step: string): BranchResult {
  return { kind: "next", next: step, set: {}, remove: [], startedAt: 1, duration: 1 };
}

describe("applyHeadUpdate", () => {
  test("sets what is given and leaves the rest, the given head included", () => {
    const before = structuredClone(head);
    const after = applyHeadUpdate(head, { set: { seq: 4, step: "ship" } });
    expect(after).toEqual({ ...head, seq: 4, step: "ship" });
    expect(head).toEqual(before);
  });

  test("writing keys changes and removes only those", () => {
    const state = { kind: "keys", set: new Map([["c", "3"]]), remove: ["a", "absent"] } as const;
    expect(applyHeadUpdate(head, { set: {}, state }).state).toEqual(
      new Map([
        ["b", "2"],
        ["c", "3"],
      ]),
    );
    expect(head.state.has("a")).toBe(true);
  });

  test("a key both written and removed is removed", () => {
    expect(applyStateWrite(head.state, { kind: "keys", set: new Map([["a", "9"]]), remove: ["a"] }).has("a")).toBe(
      false,
    );
  });

  test("writing the whole map forgets what is not in it", () => {
    const entries = new Map([["z", "0"]]);
    expect(applyHeadUpdate(head, { set: {}, state: { kind: "whole", entries } }).state).toEqual(entries);
  });

  test("what is cleared is gone, whether it was there or not", () => {
    const after = applyHeadUpdate({ ...head, dueAt: 9 }, { set: { seq: 4 }, clear: ["dueAt", "join"] });
    expect(after).toEqual({ ...head, seq: 4 });
    expect(after).not.toHaveProperty("dueAt");
  });

  test("a branch's result stands beside those recorded before; the given head is not changed", () => {
    const joining: InstanceHead = { ...head, status: "joining", results: new Map([[1, next("b")]]) };
    const after = applyHeadUpdate(joining, { set: {}, result: { branch: 0, value: next("a") } });
    expect(after.results).toEqual(
      new Map([
        [1, next("b")],
        [0, next("a")],
      ]),
    );
    expect(joining.results?.size).toBe(1);
  });

  test("the first result of all is recorded, too", () => {
    expect(applyHeadUpdate(head, { set: {}, result: { branch: 3, value: next("a") } }).results).toEqual(
      new Map([[3, next("a")]]),
    );
  });
});

test.each<readonly [string, HeadCondition, boolean]>([
  ["only a status that matches", { statusIn: ["timer", "runnable"] }, true],
  ["a status that does not match", { statusIn: ["timer"] }, false],
  ["no status at all", { statusIn: [] }, false],
  ["everything as stored", { seq: 3, token: 2, patchVersion: 4, statusIn: ["runnable"] }, true],
  ["another seq", { seq: 2, statusIn: ["runnable"] }, false],
  ["another token", { token: 1, statusIn: ["runnable"] }, false],
  ["another patch version", { patchVersion: 5, statusIn: ["runnable"] }, false],
  ["a branch that has not reported, of a head that records none", { openBranch: 0, statusIn: ["runnable"] }, false],
  ["no pause", { pauseId: null, statusIn: ["runnable"] }, true],
  ["a pause", { pauseId: "p1", statusIn: ["runnable"] }, false],
  ["no held token", { heldToken: null, statusIn: ["runnable"] }, true],
  ["a held token", { heldToken: 2, statusIn: ["runnable"] }, false],
])("a condition with %s is met: %s", (_what, condition, met) => {
  expect(meetsCondition(head, condition)).toBe(met);
});

test.each([
  [0, false],
  [1, true],
])("of a head that recorded branch 0, branch %i is open: %s", (openBranch, open) => {
  const joining: InstanceHead = { ...head, status: "joining", results: new Map([[0, next("a")]]) };
  expect(meetsCondition(joining, { openBranch, statusIn: ["joining"] })).toBe(open);
});

test.each<readonly [HeadStatus, boolean]>([
  ["runnable", false],
  ["waiting", false],
  ["timer", false],
  ["joining", false],
  ["blocked", false],
  ["completed", true],
  ["failed", true],
  ["cancelled", true],
])("%s has ended: %s", (status, ended) => {
  expect(hasEnded(status)).toBe(ended);
});
