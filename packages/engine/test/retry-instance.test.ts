import type { HeadStatus } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { retryInstance } from "../src/recover-instance.ts";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, type Bench, type BenchOptions, failing, headWith, START } from "./support/bench.ts";

const MINUTE = 60_000;
const fragile: StepFunction = (state, goto) => {
  if (!("fixed" in state)) throw new RangeError("not fixed");
  return goto(null);
};

describe("retry", () => {
  const extra: StepFunction = (_state, goto) => goto("fragile", { extra: true });
  const from = (step: string) => ({ step, stepsOf: () => ["fragile", "extra"] });

  async function failed(options: BenchOptions = {}): Promise<Bench> {
    const given = { maxRetries: 0, instanceTimeout: "1h" } as const;
    const world = bench(defineWorkflow("orders", "", { fragile, extra }, given), options);
    await world.start({ a: 1 }, "order-1");
    await world.settle();
    return world;
  }

  test("runs a failed instance again from its step, as a new visit with the edited state", async () => {
    const world = await failed();
    expect(world.head("order-1")).toMatchObject({ status: "failed", step: "fragile" });
    expect(await retryInstance("order-1", { fixed: true, a: undefined }, world.ports)).toMatchObject({
      status: "runnable",
      step: "fragile",
      visit: 2,
      attempt: 1,
    });
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", state: new Map([["fixed", "true"]]) });
  });

  test("without a state runs on what is stored", async () => {
    const world = await failed();
    await retryInstance("order-1", undefined, world.ports);
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "failed", visit: 2, state: new Map([["a", "1"]]) });
  });

  test("puts the instance back into the list of those that live and under the watchdog, without its old deadline", async () => {
    const world = await failed();
    await retryInstance("order-1", undefined, world.ports);
    const { indexedAt } = world.head("order-1");
    const { ids } = await world.store.index.list({ workflow: "orders", group: "active", limit: 10 });
    expect([ids, indexedAt]).toEqual([["order-1"], START + 60 * MINUTE]);
    expect(world.head("order-1")).not.toHaveProperty("deadline");
  });

  test("given twice at once runs the step once", async () => {
    const world = await failed();
    const answers = await Promise.allSettled([1, 2].map(() => retryInstance("order-1", { fixed: 1 }, world.ports)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", seq: 3 });
  });

  test.each<HeadStatus>(["runnable", "waiting", "completed", "cancelled"])(
    "of an instance that is %s is refused",
    async (status) => {
      const world = bench([]);
      await world.store.create(headWith({ status }));
      await expect(retryInstance("order-1", {}, world.ports)).rejects.toMatchObject({ code: "not-failed" });
    },
  );

  test("from another step goes on there, as a new visit of it", async () => {
    const world = await failed();
    const retried = await retryInstance("order-1", { fixed: true }, world.ports, from("extra"));
    expect(retried).toMatchObject({ status: "runnable", step: "extra", previousStep: "fragile", visit: 2, attempt: 1 });
    expect(world.held().at(-1)?.message).toMatchObject({ kind: "command", command: "retry", step: "extra" });
    await world.settle();
    const { history, state, status, stepCounts } = world.head("order-1");
    expect([status, Object.fromEntries(state)]).toEqual(["completed", { a: "1", fixed: "true", extra: "true" }]);
    expect(history.map(({ outcome, step }) => `${outcome} ${step}`)).toEqual([
      "fail fragile",
      "restart fragile",
      "goto extra",
      "end fragile",
    ]);
    expect(stepCounts).toMatchObject({ extra: { visits: 1 }, fragile: { visits: 2 } });
  });

  test("from another step is applied by a worker when its caller dies before the write", async () => {
    const intercept = failing("update", [2]);
    const world = await failed({ intercept });
    await expect(retryInstance("order-1", { fixed: true }, world.ports, from("extra"))).rejects.toThrow("injected");
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", stepCounts: { extra: { visits: 1 } } });
  });

  test("from the step that failed is a plain retry", async () => {
    const world = await failed();
    await retryInstance("order-1", { fixed: true }, world.ports, from("fragile"));
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", stepCounts: { fragile: { visits: 1 } } });
  });

  test("from a step that is none is refused with the steps there are, before anything is sent", async () => {
    const world = await failed();
    const before = world.calls.length;
    await expect(retryInstance("order-1", undefined, world.ports, from("extar"))).rejects.toMatchObject({
      code: "unknown-step",
      message: 'Workflow "orders" has no step "extar". Its steps are fragile, extra.',
    });
    expect(world.calls.slice(before)).toEqual(["read"]);
  });

  test("from a step of an instance that has not failed is refused", async () => {
    const world = bench([]);
    await world.store.create(headWith({ status: "waiting" }));
    await expect(retryInstance("order-1", undefined, world.ports, from("extra"))).rejects.toMatchObject({
      code: "not-failed",
    });
  });

  test("with a state that cannot be stored is refused before anything is sent", async () => {
    const world = await failed();
    const before = world.calls.length;
    await expect(retryInstance("order-1", { f: () => {} }, world.ports)).rejects.toMatchObject({
      code: "state-not-storable",
    });
    expect(world.calls.slice(before)).toEqual(["read"]);
  });
});
