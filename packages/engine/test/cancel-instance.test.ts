import type { HeadStatus } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { cancelInstance } from "../src/cancel-instance.ts";
import { readInstance } from "../src/read-instance.ts";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, headWith, START } from "./support/bench.ts";

const begin: StepFunction = (_state, goto) => goto("end");
const end: StepFunction = (_state, goto) => goto(null);
const orders = defineWorkflow("orders", "", { begin, end });

describe("cancel", () => {
  test("ends a running instance; its message then goes without running a step (I7)", async () => {
    const world = bench(orders);
    await world.start({}, "order-1");
    world.clock.advance(500);
    expect(await cancelInstance("order-1", world.ports)).toMatchObject({
      status: "cancelled",
      updatedAt: START + 500,
      seq: 0,
    });
    expect(await world.deliver()).toEqual([]);
    expect(world.head("order-1")).toMatchObject({ status: "cancelled", seq: 0 });
    expect(world.held()).toEqual([]);
  });

  test.each<HeadStatus>(["runnable", "waiting", "timer", "joining", "blocked"])(
    "works on an instance that is %s",
    async (status) => {
      const world = bench(orders);
      await world.store.create(headWith({ status }));
      expect((await cancelInstance("order-1", world.ports)).status).toBe("cancelled");
    },
  );

  test("twice is no error", async () => {
    const world = bench(orders);
    await world.start({}, "order-1");
    await cancelInstance("order-1", world.ports);
    expect((await cancelInstance("order-1", world.ports)).status).toBe("cancelled");
  });

  test.each<HeadStatus>(["completed", "failed"])("of an instance that has %s is refused", async (status) => {
    const world = bench(orders);
    await world.store.create(headWith({ status }));
    await expect(cancelInstance("order-1", world.ports)).rejects.toMatchObject({
      code: "already-ended",
      details: { instance: "order-1" },
    });
    expect(world.head("order-1").status).toBe(status);
  });

  test("drops the transition of a step that is running (I7)", async () => {
    const slow: StepFunction = async (_state, goto) => {
      await cancelInstance("order-1", world.ports);
      await goto(null, { late: true });
    };
    const world = bench(defineWorkflow("orders", "", { slow }));
    await world.start({}, "order-1");
    expect(await world.deliver()).toEqual([]);
    expect(world.head("order-1")).toMatchObject({ status: "cancelled", seq: 0, state: new Map() });
  });

  test("of an instance that is not stored yet is refused; repeated, it cancels", async () => {
    const world = bench(orders);
    await expect(cancelInstance("order-1", world.ports)).rejects.toMatchObject({ code: "unknown-instance" });
    await world.store.create(headWith());
    expect((await cancelInstance("order-1", world.ports)).status).toBe("cancelled");
  });

  test("takes the instance out of the due index and into the list of the cancelled", async () => {
    const world = bench(orders);
    await world.store.create(headWith({ status: "waiting", dueAt: START + 9, indexedAt: START + 9 }));
    const head = await cancelInstance("order-1", world.ports);
    expect(head).not.toHaveProperty("indexedAt");
    expect(head).not.toHaveProperty("dueAt");
    const { ids } = await world.store.index.list({ workflow: "orders", group: "cancelled", limit: 10 });
    expect(ids).toEqual(["order-1"]);
  });

  test("of an instance that completes in between is refused", async () => {
    const world = bench(orders, {
      intercept: async (operation, perform) => {
        if (operation === "update")
          await world.store.update("order-1", { set: { status: "completed" } }, { statusIn: ["runnable"] });
        return perform();
      },
    });
    await world.store.create(headWith());
    await expect(cancelInstance("order-1", world.ports)).rejects.toMatchObject({ code: "already-ended" });
  });

  test("of a fan-out drops what its branches still send", async () => {
    const fork: StepFunction = (_state, goto) => goto(["end", "end"]);
    const world = bench(defineWorkflow("orders", "", { fork, end }));
    await world.start({}, "order-1");
    await world.deliver();
    await cancelInstance("order-1", world.ports);
    await world.settle();
    expect(world.held()).toEqual([]);
    expect(world.head("order-1")).toMatchObject({ status: "cancelled", seq: 1 });
  });
});

test.each([undefined, null, "", "a/b", "nobody", 7, {}, Object.create(null), Symbol("id")])(
  "an id that names no instance is refused, number %#",
  async (id) => {
    const { ports } = bench(orders);
    await expect(readInstance(id, ports)).rejects.toMatchObject({ code: "unknown-instance" });
    await expect(Reflect.apply(cancelInstance, undefined, [id, ports])).rejects.toMatchObject({
      code: "unknown-instance",
    });
  },
);

test("an instance is read as it is stored", async () => {
  const world = bench(orders);
  const { head } = await world.start({ a: 1 }, "order-1");
  expect(await readInstance("order-1", world.ports)).toEqual(head);
});
