import { decodeState, MAX_STORED_BYTES, PortError, StateError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { StepFunction } from "../src/step-function.ts";
import { startInstance } from "../src/start-instance.ts";
import { bench, failing, START } from "./support/bench.ts";

const begin: StepFunction = (_state, goto) => goto(null, { done: true });
const orders = defineWorkflow("orders", "", { begin });

describe("a start", () => {
  test("sends the whole start first and stores the instance second", async () => {
    const world = bench(orders);
    const { created, head } = await world.start({ total: 5 });
    expect(world.calls).toEqual(["send", "create"]);
    expect(created).toBe(true);
    expect(world.store.heads()).toEqual([head]);
    expect(head).toMatchObject({
      workflow: "orders",
      status: "runnable",
      step: "begin",
      seq: 0,
      token: 0,
      previousToken: -1,
      createdAt: START,
    });
    expect(world.held()).toEqual([
      { message: expect.objectContaining({ kind: "create", startId: head.startId, state: head.state }), seconds: 0 },
    ]);
  });

  test("gets a fresh ULID of the given clock as its id", async () => {
    const world = bench(orders);
    const ids = [(await world.start()).head.id, (await world.start()).head.id];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^01KDVDNA00[0-9A-Z]{16}$/);
  });

  test("without state starts with none", async () => {
    const world = bench(orders);
    const { head } = await startInstance({ workflow: orders, state: undefined }, world.ports);
    expect(head.state).toEqual(new Map());
  });

  test("ignores the engine's own names in the given state", async () => {
    const { head } = await bench(orders).start({
      _id: "forged",
      stepCount: {},
      nextStep: "end",
      status: "mine",
      gone: undefined,
    });
    expect(decodeState(head.state)).toEqual({ status: "mine" });
  });
});

describe("a start that is refused has done nothing", () => {
  test.each<readonly [string, unknown, string]>([
    ["a state that is no object", "text", "state-not-an-object"],
    ["a state that cannot be stored", { f: () => {} }, "state-not-storable"],
    ["a state that is too large", { text: "x".repeat(MAX_STORED_BYTES) }, "state-too-large"],
  ])("%s", async (_what, state, code) => {
    const world = bench(orders);
    await expect(world.start(state)).rejects.toThrow(StateError);
    await expect(world.start(state)).rejects.toMatchObject({ code });
    expect(world.calls).toEqual([]);
  });

  test.each(["", "a/b", "x".repeat(129), "a b", JSON.parse("7"), null, 5n, Symbol("id"), Object.create(null)])(
    "an id that names nothing, number %#",
    async (id) => {
      const world = bench(orders);
      await expect(startInstance({ workflow: orders, state: {}, id }, world.ports)).rejects.toMatchObject({
        code: "invalid-id",
      });
      expect(world.calls).toEqual([]);
    },
  );

  test("a queue that does not answer", async () => {
    const world = bench(orders, { intercept: failing("send", [1], "unavailable") });
    await expect(world.start()).rejects.toThrow(PortError);
    expect(world.store.heads()).toEqual([]);
  });
});

describe("a start whose put fails (I5)", () => {
  test("is accepted under a fresh id: the message creates the instance", async () => {
    const world = bench(orders, { intercept: failing("create", [1], "throttled") });
    const { created, head } = await world.start();
    expect([created, world.store.heads()]).toEqual([true, []]);
    expect(world.lines).toMatchObject([{ level: "warn", event: "start accepted but not readable yet" }]);
    await world.deliver();
    expect(world.head(head.id).status).toBe("completed");
  });

  test("is an error under an id of the caller's, who may repeat it; the instance runs once", async () => {
    const world = bench(orders, { intercept: failing("create", [1], "throttled") });
    await expect(world.start({}, "order-1")).rejects.toThrow(PortError);
    await world.deliver();
    expect(await world.start({}, "order-1")).toMatchObject({
      created: false,
      head: { id: "order-1", status: "completed" },
    });
    await world.deliver();
    expect(world.store.heads()).toMatchObject([{ seq: 1, status: "completed" }]);
  });

  test("and whose answer got lost is asked again once, and finds its own instance", async () => {
    const world = bench(orders, { intercept: failing("create", [1], "timeout", "after") });
    expect(await world.start({}, "order-1")).toMatchObject({ created: true });
    expect(world.calls).toEqual(["send", "create", "create"]);
  });

  test("by a mistake in the store's own code is thrown on, even under a fresh id", async () => {
    const world = bench(orders, {
      intercept: (operation, perform) => (operation === "create" ? Promise.reject(new TypeError("bug")) : perform()),
    });
    await expect(world.start()).rejects.toThrow(TypeError);
  });
});

describe("starts with one id (I6)", () => {
  test("of many at once exactly one creates the instance, and all get it", async () => {
    const world = bench(orders);
    const results = await Promise.all(["a", "b", "c"].map((from) => world.start({ from }, "order-1")));
    expect(results.map(({ created }) => created).filter(Boolean)).toEqual([true]);
    expect(new Set(results.map(({ head }) => head.startId)).size).toBe(1);
    await world.deliver();
    expect(world.store.heads()).toMatchObject([{ id: "order-1", seq: 1, status: "completed" }]);
    expect(decodeState(world.head("order-1").state)).toMatchObject({ from: "a" });
    expect(world.held()).toEqual([]);
  });

  test("a worker that was faster than the put leaves the start its own instance, as it was born", async () => {
    const world = bench(orders, {
      intercept: async (operation, perform) => {
        if (operation === "create" && world.calls.filter((call) => call === "create").length === 1)
          await world.deliver();
        return perform();
      },
    });
    expect(await world.start()).toMatchObject({ created: true, head: { status: "runnable", seq: 0 } });
    expect(world.store.heads()).toMatchObject([{ status: "completed", seq: 1 }]);
  });
});

test("a store that refuses a create without showing what is there breaks its contract", async () => {
  const { ports } = bench(orders);
  const instances = { ...ports.instances, create: async () => ({ ok: false, current: undefined }) as const };
  await expect(startInstance({ workflow: orders, state: {} }, { ...ports, instances })).rejects.toThrow(TypeError);
});
