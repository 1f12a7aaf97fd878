import type { BranchResult } from "@stephooks/core";
import { expect, test } from "vitest";
import { isJoinComplete } from "../src/join.ts";
import { headWith, START } from "./support/bench.ts";

const ok: BranchResult = { kind: "next", next: null, set: {}, remove: [], startedAt: START, duration: 1 };
const failed: BranchResult = { kind: "failed", error: { name: "E", message: "", step: "a", attempt: 1, at: START } };

test.each<readonly [string, readonly BranchResult[], number, boolean, boolean]>([
  ["nobody has reported", [], 0, false, false],
  ["two of three have", [ok, ok], 0, false, false],
  ["all have", [ok, ok, ok], 0, false, true],
  ["one has failed", [failed], 0, false, true],
  ["one has failed and one failure is tolerated", [failed], 1, false, false],
  ["two have failed and one failure is tolerated", [failed, failed], 1, false, true],
  ["one has failed, but all are waited for", [failed], 0, true, false],
  ["all have reported that are waited for", [failed, ok, failed], 0, true, true],
])("of three branches %s", (_what, given, tolerated, settleAll, complete) => {
  const join = { seq: 1, steps: ["a", "b", "c"], tolerated, settleAll };
  const head = headWith({ status: "joining", join, results: new Map(given.entries()) });
  expect(isJoinComplete(head)).toBe(complete);
});

test("what does not join is not complete", () => {
  expect(isJoinComplete(headWith())).toBe(false);
});
