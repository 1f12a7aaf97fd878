import { describe, expect, test } from "vitest";
import { defaultRetryPolicy } from "@stephooks/core";
import { EngineError } from "../src/engine-error.ts";
import { definitionOf, knowsStep, stepOf } from "../src/definitions.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";

const step = (): void => {};

function refusal(define: () => unknown): EngineError {
  try {
    define();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new TypeError("it was accepted");
}

test("every default is filled in, and the first key is the first step", () => {
  const workflow = defineWorkflow("orders", "Ships orders", { begin: step, end: step });
  expect(workflow).toEqual({
    name: "orders",
    description: "Ships orders",
    firstStep: "begin",
    steps: new Map([
      ["begin", { run: step, timeout: 50_000 }],
      ["end", { run: step, timeout: 50_000 }],
    ]),
    collectionName: "workflowdata",
    retry: defaultRetryPolicy,
    maxTransitions: 1_000_000,
  });
});

test("given options replace the defaults, a step's own timeout that of its workflow", () => {
  const options: WorkflowOptions = {
    collectionName: "runs",
    timeout: "10s",
    maxStepCount: 5,
    maxTransitions: 50,
    retry: { maximumAttempts: 7, initialInterval: "250ms", backoffCoefficient: 1.5, maximumInterval: "15m" },
    steps: { slow: { timeout: "2m" }, plain: {} },
  };
  expect(defineWorkflow("orders", "", { slow: step, plain: step }, options)).toMatchObject({
    steps: new Map([
      ["slow", { run: step, timeout: 120_000 }],
      ["plain", { run: step, timeout: 10_000 }],
    ]),
    collectionName: "runs",
    maxStepCount: 5,
    maxTransitions: 50,
    retry: { maximumAttempts: 7, initialInterval: 250, backoffCoefficient: 1.5, maximumInterval: 900_000 },
  });
});

test("options that are inherited from Object.prototype are not a step's own", () => {
  expect(defineWorkflow("w", "", { toString: step }, { steps: {} }).steps.get("toString")?.timeout).toBe(50_000);
});

describe("names", () => {
  test.each(["a", "_", "$begin", "step-2", "ns:step.v1", "x".repeat(128), "toString"])("%s may name a step", (name) => {
    expect(defineWorkflow("w", "", { [name]: step }).firstStep).toBe(name);
  });

  test.each([
    "",
    "null",
    "__proto__",
    "constructor",
    "prototype",
    "a/b",
    "../x",
    "1st",
    "a b",
    "été",
    "🚚",
    "a\n",
    "x".repeat(129),
  ])("%j may not name a step", (name) => {
    const error = refusal(() => defineWorkflow("w", "", { fine: step, [name]: step }));
    expect(error).toMatchObject({ code: "invalid-definition", details: { workflow: "w" } });
    expect(error.message).toContain(JSON.stringify(name));
  });

  test.each(["", "x".repeat(129), JSON.parse("7")])("%j may not name a workflow", (name) => {
    expect(refusal(() => defineWorkflow(name, "", { a: step })).code).toBe("invalid-definition");
  });
});

test.each<readonly [string, unknown, RegExp]>([
  ["no steps", {}, /has no steps/],
  ["undefined for steps", undefined, /has no steps/],
  ["a step that is no function", { a: step, b: "step" }, /"b".*not a function/],
])("a workflow with %s is refused", (_what, steps, message) => {
  expect(refusal(() => Reflect.apply(defineWorkflow, undefined, ["w", "", steps])).message).toMatch(message);
});

test.each<readonly [string, object, RegExp]>([
  ["a timeout of 0", { timeout: 0 }, /Option timeout /],
  ["a timeout beyond Lambda's", { timeout: "15m" }, /Option timeout /],
  ["a timeout that is no duration", { timeout: "soon" }, /Option timeout /],
  ["a step's timeout that is no duration", { steps: { a: { timeout: "5 s" } } }, /Option steps\.a\.timeout /],
  ["half a step count", { maxStepCount: 1.5 }, /Option maxStepCount /],
  ["no transitions at all", { maxTransitions: 0 }, /Option maxTransitions /],
  ["text for a number", { maxTransitions: "10" }, /Option maxTransitions /],
  ["no attempts at all", { retry: { maximumAttempts: 0 } }, /Option retry /],
  ["half an attempt", { retry: { maximumAttempts: 1.5 } }, /Option retry /],
  ["a pause that shrinks", { retry: { backoffCoefficient: 0.5 } }, /Option retry /],
  ["a pause that is no duration", { retry: { initialInterval: "soon" } }, /Option retry /],
  ["a pause above 15 minutes", { retry: { maximumInterval: "16m" } }, /Option retry /],
])("%s is refused, naming the option", (_what, options, message) => {
  const error = refusal(() => defineWorkflow("w", "", { a: step }, options));
  expect(error.code).toBe("invalid-definition");
  expect(error.message).toMatch(message);
});

test("a maxStepCount of 0 means no limit", () => {
  expect(defineWorkflow("w", "", { a: step }, { maxStepCount: 0 })).not.toHaveProperty("maxStepCount");
});

describe("looking up what is registered", () => {
  const orders = defineWorkflow("orders", "", { a: step });
  const definitions = new Map([["orders", orders]]);

  test("a registered workflow and its steps are found", () => {
    expect(definitionOf(definitions, "orders")).toBe(orders);
    expect(stepOf(definitions, "orders", "a").run).toBe(step);
    expect([
      knowsStep(definitions, "orders", "a"),
      knowsStep(definitions, "orders", "b"),
      knowsStep(definitions, "x", "a"),
    ]).toEqual([true, false, false]);
  });

  test("an unknown workflow is refused with the names that exist", () => {
    expect(refusal(() => definitionOf(definitions, "order"))).toMatchObject({
      code: "unknown-workflow",
      message: expect.stringContaining("Registered: orders."),
    });
    expect(refusal(() => definitionOf(new Map(), "order")).message).toContain("Registered: none.");
  });

  test("an unknown step is refused", () => {
    expect(refusal(() => stepOf(definitions, "orders", "b"))).toMatchObject({
      code: "unknown-step",
      details: { workflow: "orders", step: "b" },
    });
  });
});
