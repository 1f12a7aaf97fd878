import { describe, expect, test } from "vitest";
import { defaultRetryPolicy, type RetryOptions } from "@stephooks/core";
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
      ["begin", { run: step, timeout: 50_000, retry: defaultRetryPolicy }],
      ["end", { run: step, timeout: 50_000, retry: defaultRetryPolicy }],
    ]),
    collectionName: "workflowdata",
    maxTransitions: 1_000_000,
    fullHistory: false,
    keepsChanges: false,
    redact: [],
    inline: false,
  });
});

test("given options replace the defaults", () => {
  const options: WorkflowOptions = {
    collectionName: "runs",
    maxStepCount: 5,
    maxTransitions: 50,
    instanceTimeout: "30d",
    onError: "plain",
    inline: true,
  };
  expect(defineWorkflow("orders", "", { slow: step, plain: step }, options)).toMatchObject({
    collectionName: "runs",
    maxStepCount: 5,
    maxTransitions: 50,
    instanceTimeout: 2_592_000_000,
    onError: "plain",
    inline: true,
  });
});

describe("what a step is given", () => {
  const retry: RetryOptions = {
    maximumAttempts: 7,
    initialInterval: "250ms",
    backoffCoefficient: 1.5,
    maximumInterval: "1h",
    jitter: 0.5,
    nonRetryable: ["TypeError"],
  };
  const resolved = {
    maximumAttempts: 7,
    initialInterval: 250,
    backoffCoefficient: 1.5,
    maximumInterval: 3_600_000,
    jitter: 0.5,
    nonRetryable: ["TypeError"],
  };
  test.each<readonly [string, WorkflowOptions, object]>([
    ["its workflow's timeout", { timeout: "10s" }, { timeout: 10_000 }],
    ["its own timeout first", { timeout: "10s", steps: { a: { timeout: "2m" } } }, { timeout: 120_000 }],
    ["its workflow's retry", { retry }, { retry: resolved }],
    ["its own retry first", { retry: { jitter: 1 }, steps: { a: { retry } } }, { retry: resolved }],
    [
      "what its own retry leaves out from its workflow",
      { retry, steps: { a: { retry: { maximumAttempts: 2 } } } },
      { retry: { ...resolved, maximumAttempts: 2 } },
    ],
    ["maxRetries as one attempt less", { maxRetries: 4 }, { retry: { ...defaultRetryPolicy, maximumAttempts: 5 } }],
    ["no retry at all", { maxRetries: 0 }, { retry: { ...defaultRetryPolicy, maximumAttempts: 1 } }],
    [
      "its own maxRetries before its workflow's retry",
      { retry, steps: { a: { maxRetries: 1 } } },
      { retry: { ...resolved, maximumAttempts: 2 } },
    ],
    [
      "retry.maximumAttempts before maxRetries",
      { maxRetries: 4, retry: { maximumAttempts: 2 } },
      { retry: { ...defaultRetryPolicy, maximumAttempts: 2 } },
    ],
  ])("%s", (_what, options, expected) => {
    const { steps } = defineWorkflow("w", "", { a: step, b: step }, options);
    expect(steps.get("a")).toMatchObject(expected);
  });

  test("the options of one step are not those of another", () => {
    const { steps } = defineWorkflow("w", "", { a: step, b: step }, { steps: { a: { timeout: 5, retry } } });
    expect(steps.get("b")).toEqual({ run: step, timeout: 50_000, retry: defaultRetryPolicy });
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
  ["less than no retries", { maxRetries: -1 }, /Option retry /],
  ["chance of more than all", { retry: { jitter: 1.5 } }, /Option retry /],
  ["chance of less than nothing", { retry: { jitter: -0.1 } }, /Option retry /],
  ["a step's pause that shrinks", { steps: { a: { retry: { backoffCoefficient: 0 } } } }, /Option retry /],
  ["a lifetime of 0", { instanceTimeout: 0 }, /Option instanceTimeout /],
  ["a lifetime that is no duration", { instanceTimeout: "soon" }, /Option instanceTimeout /],
  ["an error step that does not exist", { onError: "b" }, /Option onError .*"b"/],
])("%s is refused, naming the option", (_what, options, message) => {
  const error = refusal(() => defineWorkflow("w", "", { a: step }, options));
  expect(error.code).toBe("invalid-definition");
  expect(error.message).toMatch(message);
});

test("a pause between attempts may be longer than a queue can delay a message", () => {
  const { steps } = defineWorkflow("w", "", { a: step }, { retry: { maximumInterval: "3d" } });
  expect(steps.get("a")?.retry.maximumInterval).toBe(259_200_000);
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
