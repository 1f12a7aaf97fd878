import { describe, expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { bench, type Bench, everythingThatCan, START } from "./support/bench.ts";

const end: StepFunction = (_state, goto) => goto(null);
const next: StepFunction = (_state, goto) => goto("end");
const broken: StepFunction = () => Promise.reject(new RangeError("broken"));
const never: StepFunction = () => new Promise(() => {});

/** An instance of a workflow with these options, run until it would need the clock. */
async function started(begin: StepFunction, options: WorkflowOptions): Promise<Bench> {
  const world = bench(defineWorkflow("orders", "", { begin, end }, options));
  await world.start({}, "order-1");
  if (begin !== never) await world.settle();
  return world;
}

/** Each option does something that the same workflow without it does not. */
const effects: readonly (readonly [keyof WorkflowOptions, WorkflowOptions, StepFunction, (world: Bench) => unknown])[] =
  [
    ["maxTransitions", { maxTransitions: 1 }, next, (world) => world.head("order-1").status],
    [
      "maxStepCount",
      { maxStepCount: 1 },
      (_state, goto) => goto("begin"),
      (world) => world.head("order-1").error?.code,
    ],
    ["maxRetries", { maxRetries: 0 }, broken, (world) => world.head("order-1").status],
    ["retry", { retry: { initialInterval: "5s" } }, broken, (world) => world.head("order-1").readyAt - START],
    ["instanceTimeout", { instanceTimeout: "1h" }, next, (world) => world.head("order-1").deadline],
    ["onError", { onError: "end", maxRetries: 0 }, broken, (world) => world.head("order-1").status],
    ["inline", { inline: true }, next, (world) => world.calls.filter((call) => call === "send").length],
    ["steps", { steps: { begin: { maxRetries: 0 } } }, broken, (world) => world.head("order-1").status],
  ];

test.each(effects)("option %s changes what happens", async (option, options, begin, effect) => {
  const { [option]: _without, ...others } = options;
  // A loop without a guard would not end.
  const guarded = { maxTransitions: 5, ...others };
  const changed = effect(await started(begin, { maxTransitions: 5, ...options }));
  expect(changed).not.toEqual(effect(await started(begin, option === "maxTransitions" ? {} : guarded)));
});

test.each([
  ["timeout", { timeout: "10s" }],
  ["steps.begin.timeout", { timeout: "40s", steps: { begin: { timeout: "10s" } } }],
] as const)("option %s ends a step that runs too long", async (_option, options) => {
  const world = await started(never, options);
  const kept = world.deliver();
  await everythingThatCan();
  world.clock.advance(10_000);
  await kept;
  expect(world.head("order-1")).toMatchObject({ seq: 1, attempt: 2, error: { code: "step-timeout" } });
});

test("option collectionName is for those who read the definition", () => {
  expect(defineWorkflow("orders", "", { end }, { collectionName: "runs" }).collectionName).toBe("runs");
});

describe("a step's retry", () => {
  const retry = { maximumAttempts: 4, initialInterval: "10s", backoffCoefficient: 3, maximumInterval: "50s" } as const;

  test("has its own attempts, pauses, factor and longest pause", async () => {
    const world = await started(broken, { steps: { begin: { retry } } });
    const pauses: number[] = [];
    for (
      let { status, readyAt } = world.head("order-1");
      status === "runnable";
      { status, readyAt } = world.head("order-1")
    ) {
      pauses.push((readyAt - world.clock.now()) / 1_000);
      await world.pass(readyAt - world.clock.now());
    }
    expect([pauses, world.head("order-1").attempt]).toEqual([[10, 30, 50], 4]);
  });

  test("is not another step's", async () => {
    const world = await started(broken, { maxRetries: 0, steps: { end: { retry } } });
    expect(world.head("order-1").status).toBe("failed");
  });

  test.each([["RangeError"], ["E_CARD"]])(
    "does not try an error again that is named %s or has it as its code",
    async (name) => {
      const coded = Object.assign(new RangeError("x"), { code: "E_CARD", details: {} });
      const begin: StepFunction = () => Promise.reject(coded);
      const world = await started(begin, { steps: { begin: { retry: { nonRetryable: [name] } } } });
      expect(world.head("order-1")).toMatchObject({ status: "failed", attempt: 1 });
      const other = await started(begin, { steps: { begin: { retry: { nonRetryable: ["TypeError"] } } } });
      expect(other.head("order-1")).toMatchObject({ status: "runnable", attempt: 2 });
    },
  );

  test("leaves a part of each pause to chance", async () => {
    const pauses = new Set<number>();
    const world = bench(defineWorkflow("orders", "", { broken }, { retry: { initialInterval: "10s", jitter: 0.5 } }));
    for (let index = 0; index < 20; index++) await world.start({}, `o-${index}`);
    await world.settle();
    for (const { readyAt } of world.store.heads()) pauses.add(readyAt - START);
    expect(pauses.size).toBeGreaterThan(5);
    for (const pause of pauses) {
      expect(pause).toBeGreaterThanOrEqual(5_000);
      expect(pause).toBeLessThanOrEqual(10_000);
    }
  });

  test("leaves a part of each pause of a branch to chance", async () => {
    const fork: StepFunction = (_state, goto) => goto(Array<string>(20).fill("broken"));
    const world = bench(defineWorkflow("orders", "", { fork, broken }, { retry: { jitter: 1 } }));
    await world.start({}, "order-1");
    await world.deliver();
    for (let batch = 0; batch < 2; batch++) await world.deliver();
    const records = world.store.heads().filter(({ id }) => id !== "order-1");
    expect(new Set(records.map(({ readyAt }) => readyAt)).size).toBeGreaterThan(5);
  });

  test("of a branch is its step's, too", async () => {
    const fork: StepFunction = (_state, goto) => goto(["broken", "end"]);
    const options = { steps: { broken: { retry: { nonRetryable: ["RangeError"] } } } };
    const world = bench(defineWorkflow("orders", "", { fork, broken, end }, options));
    await world.start({}, "order-1");
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "failed", error: { step: "broken", attempt: 1 } });
  });
});
