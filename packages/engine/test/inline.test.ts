import { expect, test } from "vitest";
import { cancelInstance } from "../src/cancel-instance.ts";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { bench, type Bench, type BenchOptions, failing, START } from "./support/bench.ts";

const one: StepFunction = (_state, goto) => goto("two", { one: true });
const two: StepFunction = (_state, goto) => goto("three", { two: true });
const three: StepFunction = (_state, goto) => goto(null, { three: true });

function chain(
  bodies: Readonly<Record<string, StepFunction>> = {},
  options: WorkflowOptions = {},
  benchOptions: BenchOptions = {},
): Bench {
  const steps = { one, two, three, ...bodies };
  return bench(defineWorkflow("orders", "", steps, { inline: true, timeout: "10s", ...options }), benchOptions);
}

test("steps chain in one invocation: one commit each, no message between them", async () => {
  const world = chain();
  await world.start({}, "order-1");
  expect(await world.deliver()).toEqual([]);
  expect(world.calls.slice(2)).toEqual(["read", "update", "update", "update"]);
  expect(world.head("order-1")).toMatchObject({ status: "completed", seq: 3, visit: 3 });
  expect(world.held()).toEqual([]);
});

test("without the option every step is a message", async () => {
  const world = chain({}, { inline: false });
  await world.start({}, "order-1");
  await world.deliver();
  expect(world.head("order-1")).toMatchObject({ step: "two", seq: 1, token: 1 });
});

test("a chained commit leaves the token: the message in hand goes on insuring the instance", async () => {
  const tokens: number[] = [];
  const world = chain({}, {}, { listener: async ({ after }) => void tokens.push(after.seq, after.token) });
  await world.start({}, "order-1");
  await world.deliver();
  expect(tokens).toEqual([1, 0, 2, 0, 3, 3]);
});

test("after a death in the chain the redelivered message runs the step at which it died, not those before", async () => {
  const ran: string[] = [];
  const note =
    (step: string, body: StepFunction): StepFunction =>
    (state, goto, wait, context) => {
      ran.push(step);
      return body(state, goto, wait, context);
    };
  const world = chain(
    { one: note("one", one), two: note("two", two), three: note("three", three) },
    {},
    { intercept: failing("update", [2]) },
  );
  await world.start({}, "order-1");
  expect(await world.deliver()).toEqual(["m1"]);
  expect(world.head("order-1")).toMatchObject({ step: "two", seq: 1, token: 0 });
  await world.pass(90_000);
  expect([ran, world.head("order-1").status]).toEqual([["one", "two", "two", "three"], "completed"]);
});

test.each<readonly [string, number, number]>([
  ["its timeout and two seconds are more than what is left", 12_000, 1],
  ["there is more time than that", 12_001, 3],
])("the next step goes to the queue when %s", async (_what, remaining, seq) => {
  const world = chain();
  await world.start({}, "order-1");
  await world.deliver(remaining);
  expect(world.head("order-1").seq).toBe(seq);
  expect(world.held()).toHaveLength(seq === 1 ? 1 : 0);
});

test("the time that is left shrinks with every step of the chain", async () => {
  const slow: StepFunction = (state, goto, wait, context) => {
    world.clock.advance(9_000);
    return two(state, goto, wait, context);
  };
  const world = chain({ two: slow });
  await world.start({}, "order-1");
  await world.deliver(20_000);
  expect(world.head("order-1")).toMatchObject({ step: "three", seq: 2, token: 2, previousToken: 0 });
  expect(world.held()).toMatchObject([{ message: { kind: "wake", token: 2 } }]);
});

test("a delayed goto is never chained", async () => {
  const world = chain({ one: (_state, goto) => goto("two", {}, { delay: 500 }) });
  await world.start({}, "order-1");
  await world.deliver();
  expect(world.head("order-1")).toMatchObject({ step: "two", seq: 1, token: 1, readyAt: START + 500 });
});

test("a throw, a wait and a fan-out end the chain with a token of their own", async () => {
  const ends: readonly StepFunction[] = [
    () => Promise.reject(new Error("x")),
    (_state, _goto, wait) => wait({}, { timeout: 5_000 }),
    (_state, goto) => goto(["three", "three"]),
  ];
  for (const body of ends) {
    const world = chain({ two: body });
    await world.start({}, "order-1");
    await world.deliver();
    expect(world.head("order-1")).toMatchObject({ seq: 2, token: 2, previousToken: 0 });
  }
});

test("a guard that ends the chain does so with the message still current, which then goes", async () => {
  const world = chain({}, { maxTransitions: 2 });
  await world.start({}, "order-1");
  expect(await world.deliver()).toEqual([]);
  expect(world.head("order-1")).toMatchObject({
    status: "failed",
    seq: 2,
    token: 0,
    error: { code: "max-transitions" },
  });
});

test("a chain stops at the commit that finds the instance cancelled (A3)", async () => {
  const ran: string[] = [];
  const cancels: StepFunction = async (state, goto, wait, context) => {
    await cancelInstance("order-1", world.ports);
    await two(state, goto, wait, context);
  };
  const world = chain({ two: cancels, three: () => void ran.push("three") });
  await world.start({}, "order-1");
  expect(await world.deliver()).toEqual([]);
  expect([ran, world.head("order-1")]).toMatchObject([[], { status: "cancelled", seq: 1 }]);
});
