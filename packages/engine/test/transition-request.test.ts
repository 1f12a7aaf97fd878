import { silentLogger } from "@stephooks/core";
import { expect, test } from "vitest";
import { EngineError } from "../src/engine-error.ts";
import type { Goto, GotoOptions, Wait, WaitOptions } from "../src/step-function.ts";
import type { StepOutcome } from "../src/step-outcome.ts";
import { transitionRequest } from "../src/transition-request.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { headWith } from "./support/bench.ts";

type Body = (goto: Goto, wait: Wait) => unknown;

const workflow = defineWorkflow("orders", "", { begin: () => {}, next: () => {} });
const nothing = { kind: "keys", set: new Map(), remove: [] };
const change = { ...nothing, set: new Map([["a", "2"]]) };

/** What a body asked for. */
function asked(body: Body): StepOutcome | EngineError | undefined {
  const request = transitionRequest(headWith(), workflow, silentLogger);
  body(request.goto, request.wait);
  return request.close();
}

/** The code of the mistake that was thrown at the call, or noted. */
function mistake(body: Body): unknown {
  try {
    const outcome = asked(body);
    return outcome instanceof EngineError ? outcome.code : "it was accepted";
  } catch (error) {
    return error instanceof EngineError ? error.code : error;
  }
}

test.each<readonly [string, GotoOptions | undefined, object]>([
  ["without options joins when all have succeeded", undefined, { tolerated: 0, settleAll: false }],
  ["may say so", { join: "all" }, { tolerated: 0, settleAll: false }],
  [
    "with allSettled waits for all and tolerates every failure",
    { join: "allSettled" },
    { tolerated: 2, settleAll: true },
  ],
  ["may tolerate some failures", { toleratedFailures: 1 }, { tolerated: 1, settleAll: false }],
  ["may tolerate no more than all failures", { toleratedFailures: 7.5 }, { tolerated: 2, settleAll: false }],
  [
    "may tolerate some failures and wait for all",
    { join: "allSettled", toleratedFailures: 1 },
    { tolerated: 1, settleAll: true },
  ],
])("goto to a list %s", (_what, options, expected) => {
  expect(asked((goto) => goto(["next", "begin"], { a: 2 }, options))).toEqual({
    kind: "fan-out",
    steps: ["next", "begin"],
    changes: change,
    ...expected,
  });
});

test("a fan-out may have 100 branches, and the same step more than once", () => {
  const outcome = asked((goto) => goto(Array<string>(100).fill("next")));
  expect(outcome).toMatchObject({ kind: "fan-out", steps: { length: 100 } });
});

test("goto with a delay asks for it in milliseconds, a year and a day at the most", () => {
  const outcome = asked((goto) => goto("next", {}, { delay: "367d" }));
  expect(outcome).toEqual({ kind: "goto", next: "next", changes: nothing, delay: 367 * 86_400_000 });
});

test.each<readonly [string, object | undefined, WaitOptions | undefined, object]>([
  ["for ever", undefined, undefined, { changes: nothing }],
  ["and changes state", { a: 2 }, undefined, { changes: change }],
  ["for a time", {}, { timeout: "3d" }, { changes: nothing, timeout: 259_200_000 }],
  [
    "for a time, then goes elsewhere",
    {},
    { timeout: 5, onTimeout: "next" },
    { changes: nothing, timeout: 5, timeoutStep: "next" },
  ],
])("wait asks to wait %s", (_what, state, options, expected) => {
  expect(asked((_goto, wait) => wait(state, options))).toEqual({ kind: "wait", ...expected });
});

test.each<readonly [string, string, Body]>([
  ["goto to no step at all", "invalid-goto", (goto) => goto([])],
  ["goto to more than 100 branches", "invalid-goto", (goto) => goto(Array<string>(101).fill("next"))],
  ["goto to a list with an unknown step", "unknown-step", (goto) => goto(["next", "nowhere"])],
  ["goto to a list with null", "invalid-goto", (goto) => Reflect.apply(goto, undefined, [["next", null]])],
  [
    "a delay that is no duration",
    "invalid-goto",
    (goto) => Reflect.apply(goto, undefined, ["next", {}, { delay: "soon" }]),
  ],
  ["a delay of more than a year and a day", "invalid-goto", (goto) => goto("next", {}, { delay: "368d" })],
  ["a wait of more than a year and a day", "invalid-goto", (_goto, wait) => wait({}, { timeout: "368d" })],
  ["a wait that ends at an unknown step", "unknown-step", (_goto, wait) => wait({}, { onTimeout: "nowhere" })],
  ["less than no tolerated failure", "invalid-goto", (goto) => goto(["next"], {}, { toleratedFailures: -1 })],
  ["a tolerance that is no number", "invalid-goto", (goto) => goto(["next"], {}, { toleratedFailures: Number.NaN })],
  [
    "a tolerance in words",
    "invalid-goto",
    (goto) => Reflect.apply(goto, undefined, [["next"], {}, { toleratedFailures: "2" }]),
  ],
  ["goto after wait", "second-goto", (goto, wait) => [wait(), goto("next")]],
  ["wait after goto", "second-goto", (goto, wait) => [goto("next"), wait()]],
])("%s: %s", (_what, code, body) => {
  expect(mistake(body)).toBe(code);
});

test("a call after the request is closed changes nothing", async () => {
  const request = transitionRequest(headWith(), workflow, silentLogger);
  await request.goto("next");
  const before = request.close();
  await request.wait();
  expect(request.close()).toBe(before);
});
