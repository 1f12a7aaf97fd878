import { describe, expect, test } from "vitest";
import { cancelInstance } from "../src/cancel-instance.ts";
import { retryInstance } from "../src/recover-instance.ts";
import { readInstance } from "../src/read-instance.ts";
import { updateInstance } from "../src/update-instance.ts";
import { startInstanceLater } from "../src/start-instance.ts";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { bench, type Bench, START } from "./support/bench.ts";

const DAY = 86_400_000;
const end: StepFunction = (_state, goto) => goto(null);
const broken: StepFunction = () => Promise.reject(new RangeError("broken"));

async function started(begin: StepFunction, options: WorkflowOptions): Promise<Bench> {
  const world = bench(defineWorkflow("orders", "", { begin }, { maxRetries: 0, ...options }));
  await world.start({}, "order-1");
  await world.settle();
  return world;
}

const wait: StepFunction = (_state, _goto, waits) => waits();

describe("an instance of a workflow with a retention", () => {
  test.each([
    ["completes", end, "completed"],
    ["fails", broken, "failed"],
  ] as const)("that %s is there until the retention is over, and then its id is free", async (_how, begin, status) => {
    const world = await started(begin, { retention: "20d" });
    world.clock.advance(20 * DAY - 1);
    expect(await readInstance("order-1", world.ports)).toMatchObject({ status, expiresAt: START + 20 * DAY });
    world.clock.advance(1);
    await expect(readInstance("order-1", world.ports)).rejects.toMatchObject({ code: "unknown-instance" });
    expect(await world.start({}, "order-1")).toMatchObject({ created: true });
    await world.settle();
    expect(world.head("order-1").createdAt).toBe(START + 20 * DAY);
  });

  test("that is cancelled goes, too", async () => {
    const world = await started(wait, { retention: "20d" });
    world.clock.advance(DAY + 1);
    await cancelInstance("order-1", world.ports);
    expect(world.head("order-1").expiresAt).toBe(START + 21 * DAY + 1_000);
  });

  test("stays for as long as it runs", async () => {
    const world = await started(wait, { retention: "20d" });
    world.clock.advance(100 * DAY);
    expect(world.head("order-1").expiresAt).toBeUndefined();
    expect(await readInstance("order-1", world.ports)).toMatchObject({ status: "waiting" });
  });

  test("stays when it is retried after it has failed", async () => {
    const world = await started(broken, { retention: "20d" });
    await retryInstance("order-1", undefined, world.ports);
    expect(world.head("order-1").expiresAt).toBeUndefined();
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "failed", expiresAt: START + 20 * DAY });
  });
});

describe("an instance whose id was that of another, which is gone", () => {
  /** One branch retries once, so that it has a record of its own; another waits if the state says so. */
  const steps: Readonly<Record<string, StepFunction>> = {
    begin: (_state, goto) => goto(["retries", "waits"]),
    retries: (_state, goto, _wait, { attempt }) =>
      attempt === 1 ? Promise.reject(new RangeError("broken")) : goto("end"),
    waits: (state, goto, waits) => ("answer" in state ? goto("end") : waits()),
    end,
  };

  test("runs its branches: records that the other's have left are none of its own", async () => {
    const world = bench(defineWorkflow("orders", "", steps, { retention: "20d" }));
    for (const life of [1, 2]) {
      expect(await world.start({ life }, "order-1")).toMatchObject({ created: true });
      await world.settle();
      await world.pass(5_000);
      expect(world.head("order-1")).toMatchObject({ status: "joining" });
      expect(world.head("order-1").results?.size).toBe(1);
      await updateInstance("order-1", { answer: life }, true, world.ports);
      await world.settle();
      expect(world.head("order-1")).toMatchObject({ status: "completed", seq: 3 });
      expect(world.held()).toEqual([]);
      world.clock.advance(30 * DAY);
    }
  });
});

test("without a retention an ended instance stays for ever", async () => {
  const world = await started(end, {});
  expect(world.head("order-1").status).toBe("completed");
  expect(world.head("order-1")).not.toHaveProperty("expiresAt");
});

test.each(["14d", "1h", 0, -1, "soon", Number.NaN])("a retention of %j is refused with the reason", (retention) => {
  const define = () => defineWorkflow("orders", "", { end }, { retention: retention as "14d" });
  expect(define).toThrow(expect.objectContaining({ code: "invalid-definition" }));
  expect(define).toThrow(/at least "15d": a message can wait in a queue for 14 days/);
});

test("an instance that is started later is created when its message comes, once for each id", async () => {
  const workflow = defineWorkflow("orders", "", { end }, { retention: "15d" });
  const world = bench(workflow);
  const request = { workflow, state: { total: 1 }, id: "later-1" };
  await startInstanceLater(request, 60, world.ports);
  await startInstanceLater(request, 60, world.ports);
  expect(world.calls).toEqual(["send", "send"]);
  await world.pass(59_000);
  expect(world.store.heads()).toEqual([]);
  await world.pass(1_000);
  expect(world.store.heads()).toMatchObject([{ id: "later-1", status: "completed", seq: 1, retention: 15 * DAY }]);
});
