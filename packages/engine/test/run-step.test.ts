import { drivenClock } from "@stephooks/contracts";
import { type InstanceHead, isCodedError, silentLogger, StateError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { stepOf } from "../src/definitions.ts";
import { runStep } from "../src/run-step.ts";
import type { StepContext, StepFunction } from "../src/step-function.ts";
import type { StepOutcome, StepResult } from "../src/step-outcome.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { headWith, START } from "./support/bench.ts";

/** Runs one body on a stored state of `{ a: 1, list: [] }`. */
async function result(
  begin: StepFunction,
  clock = drivenClock(START),
  logger = silentLogger,
  seen: Partial<InstanceHead> = {},
): Promise<StepResult> {
  const workflow = defineWorkflow("orders", "", { begin, next: () => {} }, { timeout: "30s" });
  const step = stepOf(new Map([["orders", workflow]]), "orders", "begin");
  const state = new Map([
    ["a", "1"],
    ["list", "[]"],
  ]);
  const head = headWith({ state, visit: 4, attempt: 2, ...seen });
  return runStep({ head, idempotencyKey: "order-1/4", workflow, step, clock, logger });
}

async function outcome(begin: StepFunction): Promise<StepOutcome> {
  return (await result(begin)).outcome;
}

/** The code of a failure, or its name; whether another attempt makes sense. */
function failure(given: StepOutcome): readonly [string, boolean] {
  if (given.kind !== "error") throw new TypeError(`it asked for ${given.kind}`);
  const { error } = given;
  return [isCodedError(error) ? error.code : String(error), given.retryable];
}

const nothing = { kind: "keys", set: new Map(), remove: [] };

describe("what a body asks for", () => {
  test("goto(next, state) asks for a transition with the changed keys", async () => {
    expect(await outcome((state, goto) => goto("next", { ...state, a: 2 }))).toEqual({
      kind: "goto",
      next: "next",
      changes: { ...nothing, set: new Map([["a", "2"]]) },
      delay: 0,
    });
  });

  test("goto(null) asks for the end", async () => {
    expect(await outcome((_state, goto) => goto(null))).toEqual({ kind: "end", changes: nothing });
  });

  test("a synchronous step function may call goto and return nothing", async () => {
    const body: StepFunction = (_state, goto) => void goto("next");
    expect(await outcome(body)).toMatchObject({ kind: "goto", next: "next" });
  });

  test("goto resolves at once, before the body has settled", async () => {
    const order: string[] = [];
    await outcome(async (_state, goto) => {
      await goto("next");
      order.push("after goto");
    });
    expect(order).toEqual(["after goto"]);
  });

  test("goto without state stores nothing, although the body changed its copy", async () => {
    const body: StepFunction = (state, goto) => {
      Object.assign(state, { a: 2 });
      return goto("next");
    };
    expect(await outcome(body)).toEqual({ kind: "goto", next: "next", changes: nothing, delay: 0 });
  });

  test("state is serialised at the call: what is changed later is not stored", async () => {
    const body: StepFunction = async (_state, goto) => {
      const list = ["before"];
      await goto("next", { list });
      list.push("after");
    };
    expect(await outcome(body)).toMatchObject({ changes: { set: new Map([["list", '["before"]']]) } });
  });

  test("the times of the body are measured with the clock that is given", async () => {
    const clock = drivenClock(START);
    const body: StepFunction = (_state, goto) => {
      clock.advance(250);
      return goto("next");
    };
    expect(await result(body, clock)).toMatchObject({ startedAt: START, duration: 250 });
  });
});

describe("what a body is told", () => {
  test("the state is a codehooks document with the instance's id", async () => {
    const seen: object[] = [];
    await outcome((state) => void seen.push(state));
    expect(seen).toEqual([
      expect.objectContaining({ _id: "order-1", instanceId: "order-1", a: 1, list: [], nextStep: "begin" }),
    ]);
  });

  test("the context names the attempt and carries the idempotency key", async () => {
    const seen: StepContext[] = [];
    await outcome((_state, _goto, _wait, context) => void seen.push(context));
    expect(seen).toEqual([
      expect.objectContaining({
        instanceId: "order-1",
        workflow: "orders",
        step: "begin",
        attempt: 2,
        idempotencyKey: "order-1/4",
        branchErrors: [],
      }),
    ]);
    expect(seen[0]).not.toHaveProperty("error");
  });

  test("the context names what failed before: the error, and the branches a join tolerated", async () => {
    const error = { name: "Error", message: "x", step: "begin", attempt: 1, at: START };
    const given: StepContext[] = [];
    const body: StepFunction = (_state, goto, _wait, context) => {
      given.push(context);
      return goto("next");
    };
    await result(body, drivenClock(START), silentLogger, { error, branchErrors: [error] });
    expect(given).toMatchObject([{ error, branchErrors: [error] }]);
  });

  test("the remaining time shrinks with the clock and stops at 0", async () => {
    const clock = drivenClock(START);
    const seen: number[] = [];
    await result((_state, goto, _wait, context) => {
      seen.push(context.remainingTime());
      clock.advance(29_000);
      seen.push(context.remainingTime());
      clock.advance(5_000);
      seen.push(context.remainingTime());
      return goto("next");
    }, clock);
    expect(seen).toEqual([30_000, 1_000, 0]);
  });
});

describe("mistakes in the body fail at once with a code, and are not retried", () => {
  const swallowed = async (act: () => unknown): Promise<void> => {
    try {
      await act();
    } catch {
      // As a step's own error handling might.
    }
  };
  test.each<readonly [string, string, StepFunction]>([
    ["a return without goto", "no-goto", () => "done"],
    ["a second goto", "second-goto", (_s, goto) => goto("next").then(() => goto(null))],
    ["a second goto that nobody awaits", "second-goto", (_s, goto) => void [goto("next"), goto("next")]],
    [
      "a second goto whose error the body swallows",
      "second-goto",
      async (_s, goto) => {
        await goto("next");
        await swallowed(() => goto(null));
      },
    ],
    ["a goto for each item of a list", "second-goto", (_s, goto) => void [1, 2].map(async (n) => goto("next", { n }))],
    [
      "a throw after a second goto",
      "second-goto",
      async (_s, goto) => {
        await swallowed(() => goto("next"));
        await swallowed(() => goto("next"));
        throw new Error("later");
      },
    ],
    ["goto to an unknown step", "unknown-step", (_s, goto) => goto("nowhere")],
    ["goto to an unknown step, swallowed", "no-goto", (_s, goto) => swallowed(() => goto("nowhere"))],
    ["goto to the text null", "invalid-goto", (_s, goto) => goto("null")],
    ["goto to nothing", "invalid-goto", (_s, goto) => Reflect.apply(goto, undefined, [])],
    ["goto to a number", "invalid-goto", (_s, goto) => Reflect.apply(goto, undefined, [7])],
    [
      "goto to an object that cannot be printed",
      "invalid-goto",
      (_s, goto) => Reflect.apply(goto, undefined, [Object.create(null)]),
    ],
    [
      "a state that is no object",
      "state-not-an-object",
      (_s, goto) => Reflect.apply(goto, undefined, ["next", "state"]),
    ],
    ["a state that cannot be stored", "state-not-storable", (_s, goto) => goto("next", { f: () => {} })],
    ["a state that is too large", "state-too-large", (_s, goto) => goto("next", { text: "x".repeat(400_000) })],
  ])("%s: %s", async (_what, code, body) => {
    expect(failure(await outcome(body))).toEqual([code, false]);
  });

  test("a goto to an unknown step that the body replaces by another goto counts for nothing", async () => {
    const body: StepFunction = async (_state, goto) => {
      await swallowed(() => goto("nowhere", { a: 7 }));
      await goto("next");
    };
    expect(await outcome(body)).toEqual({ kind: "goto", next: "next", changes: nothing, delay: 0 });
  });

  test("an invalid next step is named in codehooks' words", async () => {
    const error = await outcome((_state, goto) => Reflect.apply(goto, undefined, [{}]));
    expect(error).toMatchObject({
      error: { message: expect.stringMatching(/^Invalid nextStep value: a value of type object\./) },
    });
  });

  test("the error of a value that cannot be stored names its path", async () => {
    const asked = await outcome((_state, goto) => goto("next", { deep: { big: 1n } }));
    expect(asked).toMatchObject({ error: expect.any(StateError) });
    expect(asked).toMatchObject({ error: { details: { path: "$.deep.big" } } });
  });
});

describe("whatever else a body throws fails the attempt, which may be tried again", () => {
  test.each<readonly [string, StepFunction]>([
    [
      "a synchronous throw",
      () => {
        throw new RangeError("x");
      },
    ],
    ["a rejection", () => Promise.reject(new RangeError("x"))],
    [
      "a throw after goto, which drops the transition goto asked for",
      async (_state, goto) => {
        await goto("next");
        throw new RangeError("x");
      },
    ],
  ])("%s", async (_what, body) => {
    expect(failure(await outcome(body))).toEqual(["RangeError: x", true]);
  });

  test.each<readonly [string, unknown]>([
    ["text", "text"],
    ["undefined", undefined],
    ["null", null],
    ["a frozen object", Object.freeze({})],
  ])("a thrown value that is no error: %s", async (_what, thrown) => {
    expect(await outcome(() => Promise.reject(thrown))).toEqual({ kind: "error", error: thrown, retryable: true });
  });

  test("a thrown value that cannot even be looked at", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(await outcome(() => Promise.reject(proxy))).toMatchObject({ kind: "error", retryable: true });
  });
});
