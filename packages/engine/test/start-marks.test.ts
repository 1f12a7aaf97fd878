import type { InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { bench, type Bench, createMessage, failing, headWith, START } from "./support/bench.ts";

const gotoNull: StepFunction = (_state, goto) => goto(null);
const branch = { kind: "branch", instance: "order-1", seq: 1, branch: 0 } as const;

/** A step whose process dies with it: the invocation ends without an answer. */
const killer: StepFunction = () => new Promise(() => {});

function killing(options: WorkflowOptions = {}): Bench {
  return bench(defineWorkflow("orders", "", { killer, rescue: gotoNull }, { timeout: "14m", ...options }));
}

/** Receives that end with the death of the process, one visibility timeout apart. */
async function deaths(world: Bench, count: number): Promise<void> {
  for (let death = 0; death < count; death++) {
    const dead = world.deliver(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    world.clock.advance(90_000);
    await dead;
  }
}

/** Receives of all messages by nobody: the mapping was throttled. */
async function throttled(world: Bench, count: number): Promise<void> {
  for (let receive = 0; receive < count; receive++) {
    await world.queue.receive(10, 0);
    world.queue.expireVisibility();
  }
}

describe("a step that kills its process", () => {
  test("leaves a mark at each receive from the third on", async () => {
    const world = killing();
    await world.start({}, "order-1");
    const marks: (number | undefined)[] = [];
    for (let receive = 0; receive < 4; receive++) {
      await deaths(world, 1);
      marks.push(world.head("order-1").startMarks);
    }
    expect(marks).toEqual([undefined, undefined, 1, 2]);
    expect(world.head("order-1")).toMatchObject({ seq: 0, status: "runnable" });
  });

  test("is not begun a sixth time as a suspect: the instance fails with crash-loop (I19)", async () => {
    const world = killing();
    await world.start({}, "order-1");
    await deaths(world, 7);
    expect(world.head("order-1")).toMatchObject({ startMarks: 5, status: "runnable" });
    expect(await world.deliver()).toEqual([]);
    expect(world.head("order-1")).toMatchObject({
      status: "failed",
      seq: 1,
      error: { code: "crash-loop", step: "killer" },
    });
    expect(world.head("order-1")).not.toHaveProperty("startMarks");
  });

  test("hands over to the error step, which does", async () => {
    const world = killing({ onError: "rescue" });
    await world.start({}, "order-1");
    await deaths(world, 7);
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", step: "rescue", error: { code: "crash-loop" } });
  });

  test("of an instance that is only a message is marked by storing it", async () => {
    const world = killing();
    world.inject(createMessage({ step: "killer" }));
    await deaths(world, 3);
    expect(world.head("order-1")).toMatchObject({ seq: 0, startMarks: 1, startId: "start-1" });
  });

  test("in a branch fails the branch", async () => {
    const world = killing();
    const join = { seq: 1, steps: ["killer", "rescue"], tolerated: 1, settleAll: false };
    await world.store.create(headWith({ seq: 1, status: "joining", step: "rescue", join, results: new Map() }));
    world.inject(branch);
    await deaths(world, 7);
    expect(world.head("order-1/1/0")).toMatchObject({ startMarks: 5 });
    expect(await world.deliver()).toEqual([]);
    expect(world.head("order-1").results?.get(0)).toMatchObject({ kind: "failed", error: { code: "crash-loop" } });
  });

  test("tells its listener once that it failed", async () => {
    const heard: string[] = [];
    const world = bench(defineWorkflow("orders", "", { killer }), {
      listener: async ({ after }) => void heard.push(after.status),
    });
    await world.store.create(headWith({ step: "killer", startMarks: 5 }));
    world.inject({ kind: "wake", instance: "order-1", token: 0, dutiesDone: true });
    await throttled(world, 2);
    await world.deliver();
    expect(heard).toEqual(["failed"]);
  });
});

describe("receives without a run", () => {
  test("fail nobody: throttled eight times, an instance runs (I23)", async () => {
    const world = bench(defineWorkflow("orders", "", { gotoNull }));
    await world.start({}, "order-1");
    await throttled(world, 8);
    await world.deliver();
    expect(world.head("order-1")).toMatchObject({ status: "completed", seq: 1 });
  });

  test("a suspect's mark is gone when its step has committed", async () => {
    const retry: StepFunction = () => Promise.reject(new Error("x"));
    const world = bench(defineWorkflow("orders", "", { retry }));
    await world.start({}, "order-1");
    await throttled(world, 2);
    await world.deliver();
    expect(world.calls.slice(2)).toEqual(["read", "update", "update", "send"]);
    expect(world.head("order-1")).toMatchObject({ seq: 1, attempt: 2 });
    expect(world.head("order-1")).not.toHaveProperty("startMarks");
  });
});

describe("suspects", () => {
  test("are those that come from the dead letters, too, from their first receive on", async () => {
    const world = killing();
    await world.store.create(headWith({ step: "killer" }));
    world.inject({ kind: "wake", instance: "order-1", token: 0, dutiesDone: true, suspect: true });
    await deaths(world, 1);
    expect(world.head("order-1").startMarks).toBe(1);
  });

  test("run after the others of their batch, one at a time", async () => {
    const order: string[] = [];
    const note: StepFunction = async (_state, goto, _wait, { instanceId }) => {
      order.push(`${instanceId} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${instanceId} ends`);
      await goto(null);
    };
    const world = bench(defineWorkflow("orders", "", { note }));
    await world.start({}, "suspect-1");
    await world.start({}, "suspect-2");
    await throttled(world, 2);
    await world.start({}, "innocent");
    await world.deliver();
    expect(order).toEqual([
      "innocent begins",
      "innocent ends",
      "suspect-1 begins",
      "suspect-1 ends",
      "suspect-2 begins",
      "suspect-2 ends",
    ]);
  });

  test("behind another are begun, and marked, only with all of their step's time left", async () => {
    const takes30s: StepFunction = async (_state, goto) => {
      world.clock.advance(30_000);
      await goto(null);
    };
    const world = bench(defineWorkflow("orders", "", { takes30s }, { timeout: "50s" }));
    await world.start({}, "suspect-1");
    await world.start({}, "suspect-2");
    await throttled(world, 2);
    expect(await world.deliver(58_000)).toEqual(["m2"]);
    expect(world.head("suspect-1").status).toBe("completed");
    expect(world.head("suspect-2")).not.toHaveProperty("startMarks");
    await world.pass(90_000);
    expect(world.head("suspect-2").status).toBe("completed");
  });

  test("whose message means something else than a run are not marked", async () => {
    const world = bench(defineWorkflow("orders", "", { gotoNull }));
    await world.store.create(headWith({ step: "gotoNull", status: "completed" }));
    world.inject({ kind: "wake", instance: "order-1", token: 0, dutiesDone: true });
    await throttled(world, 4);
    expect([await world.deliver(), world.calls]).toEqual([[], ["read"]]);
  });

  test.each<readonly [string, Partial<InstanceHead>]>([
    ["moved", { seq: 1, token: 1 }],
    ["ended", { status: "cancelled" }],
  ])("whose head %s before the mark are kept and decided again", async (_what, set) => {
    const world = bench(defineWorkflow("orders", "", { gotoNull }), {
      intercept: async (operation, perform) => {
        if (operation === "update") await world.store.update("order-1", { set }, { seq: 0, statusIn: ["runnable"] });
        return perform();
      },
    });
    await world.start({}, "order-1");
    await throttled(world, 2);
    expect(await world.deliver()).toEqual(["m1"]);
    expect(world.head("order-1")).not.toHaveProperty("startMarks");
  });

  test("whose mark's answer got lost run: the mark is written once more under the same condition", async () => {
    const world = bench(defineWorkflow("orders", "", { gotoNull }), {
      intercept: failing("update", [1], "timeout", "after"),
    });
    await world.start({}, "order-1");
    await throttled(world, 2);
    await world.deliver();
    expect(world.head("order-1")).toMatchObject({ status: "completed", updatedAt: START });
  });
});
