import { describe, expect, test } from "vitest";
import { cancelInstance } from "../src/cancel-instance.ts";
import type { StepFunction } from "../src/step-function.ts";
import { updateInstance } from "../src/update-instance.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, type BenchOptions } from "./support/bench.ts";
import { pause, resume, statusOf, twoSteps, unpauseOf } from "./support/paused.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

describe("a paused instance", () => {
  test("runs no step and keeps no message; resumed, it runs each step once", async () => {
    const { runs, world } = twoSteps();
    await world.start({}, "order-1");
    await pause(world);
    await world.settle();
    expect([runs, world.held(), statusOf(world)]).toEqual([[], [], "paused"]);
    await resume(world);
    await world.settle();
    expect(runs).toEqual(["order-1/1", "order-1/2"]);
    expect([statusOf(world), world.held()]).toEqual(["completed", []]);
  });

  test("that is resumed before its message came runs each step once", async () => {
    const { runs, world } = twoSteps();
    await world.start({}, "order-1");
    await pause(world);
    await resume(world);
    await world.settle();
    expect(runs).toEqual(["order-1/1", "order-1/2"]);
  });

  test("lets the body that runs commit, and holds what that wakes", async () => {
    const { runs, world } = twoSteps(async (_state, goto) => {
      await pause(world);
      return goto("two", { saved: true });
    });
    await world.start({}, "order-1");
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ seq: 1, status: "runnable", step: "two", heldToken: 1 });
    expect([runs, world.held()]).toEqual([["order-1/1"], []]);
    await resume(world);
    await world.settle();
    expect([runs.length, statusOf(world)]).toEqual([2, "completed"]);
  });

  test("that chains inline stops after the step that runs", async () => {
    const { runs, world } = twoSteps(
      async (_state, goto) => {
        await pause(world);
        return goto("two");
      },
      { inline: true },
    );
    await world.start({}, "order-1");
    await world.settle();
    expect([runs, statusOf(world)]).toEqual([["order-1/1"], "paused"]);
    await resume(world);
    await world.settle();
    expect([runs.length, statusOf(world)]).toEqual([2, "completed"]);
  });

  test("takes an answer, and goes on with it when it is resumed", async () => {
    const { world } = twoSteps((state, goto, wait) => ("answer" in state ? goto("two") : wait()));
    await world.start({}, "order-1");
    await world.settle();
    await pause(world);
    await updateInstance("order-1", { answer: 1 }, true, world.ports);
    await world.settle();
    expect([world.head("order-1").status, statusOf(world), world.held()]).toEqual(["runnable", "paused", []]);
    await resume(world);
    await world.settle();
    expect(statusOf(world)).toBe("completed");
  });

  test.each([
    ["a short", "5m", 5 * MINUTE],
    ["a long", "2d", 2 * DAY],
  ] as const)(
    "whose %s delay ends meanwhile begins the step when it is resumed, not before",
    async (_what, delay, ends) => {
      const { runs, world } = twoSteps((_state, goto) => goto("two", {}, { delay }));
      await world.start({}, "order-1");
      await world.settle();
      await pause(world);
      await world.pass(ends - 3 * MINUTE);
      for (let minute = 0; minute < 5; minute++) {
        await world.sweep();
        await world.pass(MINUTE);
      }
      expect([runs.length, statusOf(world)]).toEqual([1, "paused"]);
      await resume(world);
      await world.settle();
      expect([runs.length, statusOf(world)]).toEqual([2, "completed"]);
    },
  );

  test("that is resumed before its delay is over waits for the rest of it", async () => {
    const { runs, world } = twoSteps((_state, goto) => goto("two", {}, { delay: "10m" }));
    await world.start({}, "order-1");
    await world.settle();
    await pause(world);
    await world.pass(MINUTE);
    await resume(world);
    await world.pass(8 * MINUTE);
    expect(runs).toHaveLength(1);
    await world.pass(MINUTE);
    expect(runs).toHaveLength(2);
  });

  test("lets the branches of its fan-out end, and joins when it is resumed", async () => {
    const leaf: StepFunction = (_state, goto) => goto("after");
    const fork: StepFunction = (_state, goto) => goto(["left", "right"]);
    const after: StepFunction = (_state, goto) => goto(null);
    const world = bench(defineWorkflow("orders", "", { fork, left: leaf, right: leaf, after }));
    await world.start({}, "order-1");
    await world.deliver();
    await pause(world);
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "joining", heldToken: 1 });
    expect([world.head("order-1").results?.size, world.held()]).toEqual([2, []]);
    await resume(world);
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", seq: 3 });
  });

  test("whose lifetime ends meanwhile fails when it is resumed", async () => {
    const { world } = twoSteps(undefined, { instanceTimeout: "10m" });
    await world.start({}, "order-1");
    await pause(world);
    await world.pass(11 * MINUTE);
    expect(statusOf(world)).toBe("paused");
    await resume(world);
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "failed", error: { code: "instance-timeout" } });
  });

  test("can be cancelled, and cannot be resumed after that", async () => {
    const { runs, world } = twoSteps();
    await world.start({}, "order-1");
    await pause(world);
    const unpause = unpauseOf(world);
    await cancelInstance("order-1", world.ports);
    await expect(resume(world)).rejects.toMatchObject({ code: "not-paused" });
    world.inject(unpause);
    await world.settle();
    expect([runs, statusOf(world), world.held()]).toEqual([[], "cancelled", []]);
  });

  test("is not woken by the watchdog", async () => {
    const { world } = twoSteps();
    await world.start({}, "order-1");
    await pause(world);
    await world.settle();
    for (let hour = 0; hour < 5; hour++) {
      await world.pass(60 * MINUTE);
      await world.sweep();
    }
    expect(world.held()).toEqual([]);
  });
});

describe("pause", () => {
  test("of a paused instance changes nothing", async () => {
    const { world } = twoSteps();
    await world.start({}, "order-1");
    const { pauseId } = await pause(world);
    expect(pauseId).toMatch(/^[0-9a-f]{16}$/);
    expect(await pause(world)).toMatchObject({ pauseId });
  });

  test("of an instance that has ended is refused", async () => {
    const { world } = twoSteps();
    await world.start({}, "order-1");
    await world.settle();
    await expect(pause(world)).rejects.toMatchObject({ code: "already-ended" });
  });

  test("of an instance that ends in the same moment is refused", async () => {
    const ending: BenchOptions["intercept"] = async (operation, perform) => {
      if (operation === "update")
        await world.store.update("order-1", { set: { status: "failed" } }, { statusIn: ["runnable"] });
      return perform();
    };
    const { world } = twoSteps(undefined, {}, { intercept: ending });
    await world.start({}, "order-1");
    await expect(pause(world)).rejects.toMatchObject({ code: "already-ended" });
  });
});
