import { drivenClock } from "@stephooks/contracts";
import { type ErrorDetails, silentLogger } from "@stephooks/core";
import { expect, test } from "vitest";
import { stepOf } from "../src/definitions.ts";
import { runStep } from "../src/run-step.ts";
import type { Goto, StepContext, StepFunction } from "../src/step-function.ts";
import type { StepResult } from "../src/step-outcome.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { everythingThatCan, headWith, START } from "./support/bench.ts";

interface Running {
  readonly clock: ReturnType<typeof drivenClock>;
  readonly goto: Goto;
  readonly context: StepContext;
  readonly done: Promise<StepResult>;
  readonly logged: ErrorDetails[];
}

/** A body of a 30 s step that is running: what it was given, and the promise of its outcome. */
function running(ending: Promise<unknown>): Running {
  const clock = drivenClock(START);
  const given = new Map<"call", readonly [Goto, StepContext]>();
  const begin: StepFunction = (_state, goto, _wait, context) => {
    given.set("call", [goto, context]);
    return ending;
  };
  const workflow = defineWorkflow("orders", "", { begin, next: () => {} }, { timeout: "30s" });
  const logged: ErrorDetails[] = [];
  const logger = {
    ...silentLogger,
    log: (_level: unknown, _event: unknown, fields: ErrorDetails = {}) => void logged.push(fields),
  };
  const step = stepOf(new Map([["orders", workflow]]), "orders", "begin");
  const done = runStep({ head: headWith(), idempotencyKey: "order-1/1", workflow, step, clock, logger });
  const call = given.get("call");
  if (call === undefined) throw new TypeError("the body did not begin");
  return { clock, goto: call[0], context: call[1], done, logged };
}

const never = new Promise<never>(() => {});
const failed = Promise.reject(new Error("x"));
failed.catch(() => {});

test("a body that does not settle fails with step-timeout when its time is over, not before", async () => {
  const { clock, context, done } = running(never);
  clock.advance(29_999);
  expect(context.signal.aborted).toBe(false);
  clock.advance(1);
  expect(await done).toMatchObject({
    outcome: { kind: "error", retryable: true, error: { code: "step-timeout" } },
    duration: 30_000,
  });
});

test("the abort signal fires with the timeout and carries its error", async () => {
  const { clock, context, done } = running(never);
  const reasons: unknown[] = [];
  context.signal.addEventListener("abort", () => reasons.push(context.signal.reason));
  clock.advance(30_000);
  await done;
  expect(reasons).toEqual([expect.objectContaining({ code: "step-timeout" })]);
});

test("a body that settled in time is never aborted", async () => {
  const { clock, goto, context, done } = running(Promise.resolve());
  await goto("next");
  await done;
  clock.advance(60_000);
  expect(context.signal.aborted).toBe(false);
});

test("a body that asked for a transition and then hangs fails with step-timeout", async () => {
  const { clock, goto, done } = running(never);
  await goto("next");
  clock.advance(30_000);
  expect(await done).toMatchObject({ outcome: { kind: "error", error: { code: "step-timeout" } } });
});

test("a rejection after the timeout harms nobody", async () => {
  const ending = Promise.withResolvers<never>();
  const { clock, done } = running(ending.promise);
  clock.advance(30_000);
  await done;
  ending.reject(new Error("too late"));
  expect(await Promise.allSettled([ending.promise])).toMatchObject([{ status: "rejected" }]);
});

test.each<readonly [string, Promise<unknown>, number]>([
  ["returned", Promise.resolve(), 0],
  ["thrown", failed, 0],
  ["run out of time", never, 30_000],
])("goto after the body has %s changes nothing and is logged as late-goto", async (_what, ending, advance) => {
  const { clock, goto, done, logged } = running(ending);
  clock.advance(advance);
  const before = await done;
  await goto("next", { a: 1 });
  expect(await done).toBe(before);
  // The failure of the body has a line of its own before it.
  expect(logged.slice(1)).toEqual([{ workflow: "orders", step: "begin", instance: "order-1", code: "late-goto" }]);
});

test("a failure is logged with its place and its stack; a body that asked for a transition logs nothing", async () => {
  const broken = running(failed);
  await broken.done;
  expect(broken.logged).toEqual([
    expect.objectContaining({
      ...{ workflow: "orders", step: "begin", instance: "order-1", attempt: 1 },
      ...{ message: "x", stack: expect.stringContaining("Error: x") },
    }),
  ]);
  const fine = running(Promise.resolve());
  await fine.goto("next");
  await fine.done;
  expect(fine.logged).toEqual([]);
});

test("a late goto in work that nobody awaits is no unhandled rejection and cannot end the process", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  const { goto, done } = running(Promise.resolve());
  await done;
  void (async () => {
    await goto("next");
  })();
  void goto("next");
  await everythingThatCan();
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});
