import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isRecord } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { appWorld, coded, START } from "./support/app-world.ts";

/** An app with two workflows that count how often their only step ran. */
function twoWorkflows() {
  const app = createApp();
  const ran: string[] = [];
  const orders = app.createWorkflow("orders", "Takes orders", {
    take: (state, goto) => {
      ran.push(`orders ${state._id}`);
      return goto(null);
    },
  });
  app.createWorkflow("letters", "Writes letters", {
    write: (state, goto) => {
      ran.push(`letters ${state._id}`);
      return goto(null);
    },
  });
  return { orders, ran, world: appWorld(app.init()) };
}

describe("start", () => {
  test("of a state starts the workflow it is called on", async () => {
    const { orders } = twoWorkflows();
    expect(await orders.start({ total: 3 })).toMatchObject({ workflowName: "orders", nextStep: "take", total: 3 });
  });

  test("of a name and a state starts the workflow of that name, its own or another", async () => {
    const { orders, ran, world } = twoWorkflows();
    expect(await orders.start("orders", { total: 3 })).toMatchObject({ workflowName: "orders", total: 3 });
    expect(await orders.start("letters", { to: "Ada" }, { id: "l1" })).toMatchObject({
      _id: "l1",
      workflowName: "letters",
      nextStep: "write",
      to: "Ada",
    });
    await world.run();
    expect(ran).toContain("letters l1");
  });

  test("of a name alone starts with an empty state", async () => {
    const { orders, world } = twoWorkflows();
    const { _id } = await orders.start("letters");
    await world.run();
    expect(await orders.inspect(_id)).toMatchObject({ status: "completed", workflow: "letters", state: {} });
  });

  test("of a name nobody registered is refused, naming those that are", async () => {
    const { orders, world } = twoWorkflows();
    await expect(orders.start("ordres", { total: 3 })).rejects.toMatchObject({
      code: "unknown-workflow",
      message: expect.stringContaining("orders, letters"),
    });
    expect(world.queue.messages()).toEqual([]);
  });

  test("does not wait for the first step", async () => {
    const { orders, ran, world } = twoWorkflows();
    await orders.start({});
    expect(ran).toEqual([]);
    expect(world.queue.messages()).toHaveLength(1);
  });

  test.each([[[1, 2]], [7], [true], [new Map()], ["orders", 5], ["orders", "text"]])(
    "of a state that is no object is refused: start(%j)",
    async (...args) => {
      const { orders, world } = twoWorkflows();
      // As JavaScript calls it.
      await expect(Reflect.apply(orders.start, orders, args)).rejects.toEqual(coded("state-not-an-object"));
      expect(world.queue.messages()).toEqual([]);
    },
  );
});

describe("an instance id", () => {
  test("is the state's own _id, which is not a key of the state", async () => {
    const { orders } = twoWorkflows();
    expect(await orders.start({ _id: "order-7", total: 3 })).toMatchObject({ _id: "order-7", total: 3 });
    expect((await orders.inspect("order-7")).state).toEqual({ total: 3 });
  });

  test("given as option wins over the state's own", async () => {
    const { orders } = twoWorkflows();
    expect((await orders.start({ _id: "from-state" }, { id: "from-option" }))._id).toBe("from-option");
    await expect(orders.getState("from-state")).rejects.toEqual(coded("unknown-instance"));
  });

  test("is new for every start without one", async () => {
    const { orders } = twoWorkflows();
    expect((await orders.start({}))._id).not.toBe((await orders.start({}))._id);
  });

  test.each(["", "no spaces", "a/b", "x".repeat(129), "ä"])("%j is refused", async (id) => {
    const { orders, world } = twoWorkflows();
    await expect(orders.start({}, { id })).rejects.toEqual(coded("invalid-id"));
    await expect(orders.start({ _id: id })).rejects.toEqual(coded("invalid-id"));
    expect(world.queue.messages()).toEqual([]);
  });
});

describe("starting twice with one id", () => {
  test("starts once and answers the present instance", async () => {
    const { orders, ran, world } = twoWorkflows();
    await orders.start({ total: 1 }, { id: "o1" });
    expect(await orders.start({ total: 2 }, { id: "o1" })).toMatchObject({ _id: "o1", total: 1, nextStep: "take" });
    await world.run();
    expect(await orders.start({ total: 3 }, { id: "o1", onExists: "return" })).toMatchObject({
      total: 1,
      nextStep: null,
    });
    await world.run();
    expect(ran).toEqual(["orders o1"]);
  });

  test("side by side starts once", async () => {
    const { orders, ran, world } = twoWorkflows();
    await Promise.all([1, 2, 3].map((total) => orders.start({ total }, { id: "o1" })));
    await world.run();
    expect(ran).toEqual(["orders o1"]);
    expect(world.store.heads()).toHaveLength(1);
  });

  test('is refused with onExists: "error", and changes nothing', async () => {
    const { orders, ran, world } = twoWorkflows();
    expect(await orders.start({ total: 1 }, { id: "o1", onExists: "error" })).toMatchObject({ total: 1 });
    await expect(orders.start({ total: 2 }, { id: "o1", onExists: "error" })).rejects.toMatchObject({
      code: "instance-exists",
      details: { instance: "o1" },
    });
    await world.run();
    expect(ran).toEqual(["orders o1"]);
    expect(await orders.getState("o1")).toMatchObject({ total: 1 });
  });
});

describe("names of the engine in a start state", () => {
  test("are ignored; every other key is the user's", async () => {
    const { orders, world } = twoWorkflows();
    const forged = {
      nextStep: "elsewhere",
      previousStep: "before",
      workflowName: "letters",
      createdAt: "1970-01-01",
      updatedAt: "1970-01-01",
      instanceId: "someone-else",
      stepCount: { take: { visits: 99 } },
      parallelSteps: { a: { done: true } },
      status: "mine",
    };
    const started = await orders.start({ ...forged, _id: "o1" });
    expect(started).toEqual({
      status: "mine",
      _id: "o1",
      nextStep: "take",
      workflowName: "orders",
      createdAt: new Date(START).toISOString(),
      updatedAt: new Date(START).toISOString(),
      stepCount: { take: { visits: 1, startTime: new Date(START).toISOString() } },
      parallelSteps: {},
    });
    await world.run();
    expect((await orders.inspect("o1")).state).toEqual({ status: "mine" });
  });
});

interface Order {
  readonly total: number;
  readonly tags: readonly string[];
}

/** A Standard Schema by hand: numbers may come as text, tags are optional, anything else is dropped. */
const orderSchema: StandardSchemaV1<unknown, Order> = {
  "~standard": {
    version: 1,
    vendor: "by hand",
    validate: async (given) => {
      const { total, tags = [] } = isRecord(given) ? given : {};
      const issues = [
        ...(Number.isFinite(Number(total ?? "x")) ? [] : [{ message: "must be a number", path: ["total"] }]),
        ...(Array.isArray(tags)
          ? tags.flatMap((tag, index) =>
              typeof tag === "string" ? [] : [{ message: "must be text", path: ["tags", { key: index }] }],
            )
          : [{ message: "must be a list" }]),
      ];
      if (issues.length > 0 || !Array.isArray(tags)) return { issues };
      return { value: { total: Number(total), tags } };
    },
  },
};

describe("a schema in options.state", () => {
  function checkedOrders() {
    const app = createApp();
    const steps = { take: (state: Order, goto: (next: null) => Promise<void>) => state.total > 0 && goto(null) };
    const orders = app.createWorkflow("orders", "Checked", steps, { state: orderSchema });
    const other = app.createWorkflow("other", "Unchecked", { only: (_state, goto) => goto(null) });
    // As a body of a request is given: without a type.
    const start: (state: object, id?: string) => Promise<object> = (state, id) =>
      other.start("orders", state, id === undefined ? {} : { id });
    return { orders, start, world: appWorld(app.init()) };
  }

  test("gives the workflow what it made of the start state", async () => {
    const { orders, start } = checkedOrders();
    expect(await start({ total: "12", unknown: true }, "o1")).toMatchObject({ total: 12, tags: [] });
    expect((await orders.inspect("o1")).state).toEqual({ total: 12, tags: [] });
  });

  test("leaves the state's own _id the instance id though it drops the key", async () => {
    const { start } = checkedOrders();
    expect(await start({ _id: "o1", total: 1 })).toMatchObject({ _id: "o1", total: 1 });
  });

  test("refuses what does not match, naming every path, before anything is sent", async () => {
    const { start, world } = checkedOrders();
    await expect(start({ total: "many", tags: ["a", 2] })).rejects.toMatchObject({
      code: "invalid-state",
      message: expect.stringMatching(/"orders".*\$\.total: must be a number; \$\.tags\.1: must be text\./),
    });
    await expect(start({ total: 1, tags: 5 })).rejects.toMatchObject({
      message: expect.stringContaining("$: must be a list"),
    });
    expect(world.queue.messages()).toEqual([]);
  });

  test("is the one of the workflow that is started, not of the one start is called on", async () => {
    const { orders } = checkedOrders();
    expect(await orders.start("other", { total: "many" })).toMatchObject({ workflowName: "other", total: "many" });
    await expect(orders.start("orders", { total: "many" })).rejects.toEqual(coded("invalid-state"));
  });
});

describe("createWorkflow", () => {
  test("refuses a name that is taken", () => {
    const app = createApp();
    const steps = { only: () => {} };
    app.createWorkflow("orders", "First", steps);
    expect(() => app.createWorkflow("orders", "Second", steps)).toThrow(coded("duplicate-workflow"));
    expect(() => createApp().createWorkflow("orders", "Of another app", steps)).not.toThrow();
  });

  test("refuses a definition that cannot run", () => {
    const app = createApp();
    expect(() => app.createWorkflow("empty", "No steps", {})).toThrow(coded("invalid-definition"));
    expect(() => app.createWorkflow("long", "Too long", { only: () => {} }, { timeout: "1h" })).toThrow(
      coded("invalid-definition"),
    );
    expect(app.init().manifest.workflows).toEqual([]);
  });

  test("answers the workflow with its name and description", () => {
    const workflow = createApp().createWorkflow("orders", "Takes orders", { only: () => {} });
    expect(workflow).toMatchObject({ name: "orders", description: "Takes orders" });
  });
});
