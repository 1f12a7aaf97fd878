import { describe, expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { bench, type Bench, START } from "./support/bench.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const end: StepFunction = (_state, goto) => goto(null);
const broken: StepFunction = () => Promise.reject(new RangeError("broken"));

async function started(steps: Readonly<Record<string, StepFunction>>, options: WorkflowOptions): Promise<Bench> {
  const world = bench(defineWorkflow("orders", "", steps, options));
  await world.start({}, "order-1");
  await world.settle();
  return world;
}

/** One pass of the sweeper a minute, and what it sends. */
async function live(world: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await world.sweep();
    await world.pass(MINUTE);
  }
}

describe("an instance with a lifetime", () => {
  const lifetimes: readonly (readonly [string, StepFunction])[] = [
    ["waits for ever", (_state, _goto, wait) => wait()],
    ["waits for longer", (_state, _goto, wait) => wait({}, { timeout: "30d" })],
    ["delays its next step for longer", (_state, goto) => goto("end", {}, { delay: "30d" })],
    ["waits for branches that wait", (_state, goto) => goto(["waits", "end"])],
  ];
  test.each(lifetimes)("that %s fails when it is over, and not before", async (_what, begin) => {
    const waits: StepFunction = (_state, _goto, wait) => wait();
    const world = await started({ begin, end, waits }, { instanceTimeout: "2h" });
    await live(world, 119);
    expect(world.head("order-1").status).not.toBe("failed");
    await live(world, 2);
    expect(world.head("order-1")).toMatchObject({ status: "failed", error: { code: "instance-timeout" } });
    expect(world.held()).toEqual([]);
  });

  test.each<readonly [string, StepFunction]>([
    ...lifetimes,
    ["delays its next step for a little longer", (_state, goto) => goto("end", {}, { delay: "10m" })],
    ["pauses before its retry for a little longer", broken],
  ])("of five minutes that %s fails in time, without the sweeper", async (_what, begin) => {
    const waits: StepFunction = (_state, _goto, wait) => wait();
    const options = { instanceTimeout: "5m", retry: { initialInterval: "10m", maximumInterval: "10m" } } as const;
    const world = await started({ begin, end, waits }, options);
    await world.pass(5 * MINUTE - 1_001);
    expect(world.head("order-1").status).not.toBe("failed");
    await world.pass(1_001);
    expect(world.head("order-1")).toMatchObject({ status: "failed", error: { code: "instance-timeout" } });
    await world.pass(HOUR);
    expect(world.held()).toEqual([]);
  });

  test("that is no whole number of milliseconds runs all the same", async () => {
    const world = await started({ end }, { instanceTimeout: 86_400_000 / 7 });
    expect(world.head("order-1").status).toBe("completed");
  });

  test("that has completed stays completed", async () => {
    const world = await started({ end }, { instanceTimeout: "5m" });
    await live(world, 10);
    expect(world.head("order-1").status).toBe("completed");
  });

  test("does not go to the error step when it is over", async () => {
    const world = await started(
      { begin: (_state, _goto, wait) => wait(), end },
      { instanceTimeout: "5m", onError: "end" },
    );
    await live(world, 6);
    expect(world.head("order-1")).toMatchObject({ status: "failed", step: "begin" });
  });

  test("carries its deadline in its create message: a worker that is first knows it", async () => {
    const world = bench(defineWorkflow("orders", "", { end }, { instanceTimeout: "1h" }));
    await world.start({}, "order-1");
    expect(world.held()).toMatchObject([{ message: { kind: "create", deadline: START + HOUR } }]);
    expect(world.head("order-1").deadline).toBe(START + HOUR);
  });

  test("without the option lives for ever", async () => {
    const world = await started({ begin: (_state, _goto, wait) => wait() }, {});
    expect(world.head("order-1")).not.toHaveProperty("deadline");
  });
});

describe("an error step", () => {
  test("takes over from a step that has failed for good, and is told why", async () => {
    const told: unknown[] = [];
    const rescue: StepFunction = (_state, goto, _wait, { error }) => {
      told.push(error?.message, error?.step);
      return goto(null, { rescued: true });
    };
    const world = await started({ broken, rescue }, { onError: "rescue", maxRetries: 1 });
    expect(world.head("order-1")).toMatchObject({ step: "broken", attempt: 2 });
    await world.pass(1_000);
    expect(told).toEqual(["broken", "broken"]);
    expect(world.head("order-1")).toMatchObject({ status: "completed", state: new Map([["rescued", "true"]]) });
    expect(world.head("order-1").history.map(({ outcome }) => outcome)).toEqual(["retry", "fail", "end"]);
  });

  test("that fails itself fails the instance: it takes over once only", async () => {
    const runs: number[] = [];
    const rescue: StepFunction = () => {
      runs.push(1);
      throw new Error("worse");
    };
    const world = await started({ broken, rescue }, { onError: "rescue", maxRetries: 0 });
    expect(world.head("order-1")).toMatchObject({ status: "failed", step: "rescue", error: { message: "worse" } });
    expect(runs).toEqual([1]);
  });

  test("takes over from mistakes in a step's code as well", async () => {
    const world = await started({ begin: () => {}, end }, { onError: "end" });
    expect(world.head("order-1")).toMatchObject({ status: "completed", error: { code: "no-goto" } });
  });

  test("takes over from a join that fails", async () => {
    const fork: StepFunction = (_state, goto) => goto(["broken", "end"]);
    const world = await started({ fork, broken, end }, { onError: "end", maxRetries: 0 });
    expect(world.head("order-1")).toMatchObject({ status: "completed", error: { message: "broken", step: "broken" } });
  });

  test("is not asked when a loop is stopped", async () => {
    const loop: StepFunction = (_state, goto) => goto("loop");
    const world = await started({ loop, end }, { onError: "end", maxTransitions: 3 });
    expect(world.head("order-1")).toMatchObject({ status: "failed", error: { code: "max-transitions" } });
  });
});
