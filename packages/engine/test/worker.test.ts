import { encodeWorkMessage, type WorkMessage } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, createMessage, failing, headWith, START } from "./support/bench.ts";

const begin: StepFunction = (_state, goto) => goto("end", { begun: true });
const end: StepFunction = (_state, goto) => goto(null);
const orders = defineWorkflow("orders", "", { begin, end });
const wake = (token: number, instance = "order-1"): WorkMessage => ({
  kind: "wake",
  instance,
  token,
  dutiesDone: true,
});

describe("one message", () => {
  test("runs its step, commits once, sends the next wake, and may be deleted", async () => {
    const world = bench(orders);
    await world.start({}, "order-1");
    expect(await world.deliver()).toEqual([]);
    expect(world.calls.slice(2)).toEqual(["read", "update", "send"]);
    expect(world.head("order-1")).toMatchObject({ step: "end", seq: 1 });
    expect(world.held()).toEqual([{ message: wake(1), seconds: 0 }]);
  });

  test("that finds no item creates the instance from the start it carries, then runs its step (R7)", async () => {
    const world = bench(orders);
    world.queue.inject(encodeWorkMessage(createMessage({ state: new Map([["a", "1"]]) })));
    await world.deliver();
    expect(world.calls).toEqual(["read", "create", "update", "send"]);
    expect(world.head("order-1")).toMatchObject({
      step: "end",
      seq: 1,
      state: new Map([
        ["a", "1"],
        ["begun", "true"],
      ]),
    });
  });

  test("that nobody needs any more is deleted and noted", async () => {
    const world = bench(orders);
    world.queue.inject(encodeWorkMessage(wake(3)));
    expect(await world.deliver()).toEqual([]);
    expect(world.lines).toEqual([
      {
        level: "debug",
        event: "message dropped",
        fields: { instance: "order-1", message: "m1", reason: "no such instance" },
      },
    ]);
  });

  test("of a pending retry that comes early is postponed to its time", async () => {
    const world = bench(orders);
    await world.store.create(headWith({ readyAt: START + 30_000 }));
    world.queue.inject(encodeWorkMessage(wake(0)));
    expect(await world.deliver()).toEqual(["m1"]);
    expect(world.held()).toEqual([{ message: wake(0), seconds: 30 }]);
  });

  test("that would be put back for longer than a visibility timeout is replaced by a delayed copy (A16)", async () => {
    const world = bench(orders);
    await world.store.create(headWith({ readyAt: START + 300_000 }));
    world.queue.inject(encodeWorkMessage(wake(0)));
    expect(await world.deliver()).toEqual([]);
    expect(world.held()).toEqual([{ message: wake(0), seconds: 300 }]);
    expect(world.queue.messages()).toMatchObject([{ receiveCount: 0 }]);
  });

  test("from the future comes back after the visibility timeout", async () => {
    const world = bench(orders);
    await world.store.create(headWith());
    world.queue.inject(encodeWorkMessage(wake(4)));
    expect(await world.deliver()).toEqual(["m1"]);
    expect(world.held()).toEqual([{ message: wake(4), seconds: 90 }]);
  });

  test("that cannot be read is kept alone, whatever its neighbours do", async () => {
    const world = bench(orders);
    world.queue.inject('{"v":2}');
    world.queue.inject('{"v":{"toString":0,"valueOf":0}}');
    await world.start({}, "order-1");
    expect(await world.deliver()).toEqual(["m1", "m2"]);
    expect(world.head("order-1").seq).toBe(1);
    expect(world.lines).toMatchObject([
      { level: "error", event: "unreadable message kept" },
      { event: "unreadable message kept" },
    ]);
  });

  test("a batch of unreadable messages reads nothing", async () => {
    const world = bench(orders);
    world.queue.inject("{");
    expect([await world.deliver(), world.calls]).toEqual([["m1"], []]);
  });
});

describe("a batch", () => {
  test("is read in one call, and its instances run side by side", async () => {
    const meeting = Promise.withResolvers<void>();
    const arrived: string[] = [];
    const meet: StepFunction = async (_state, goto, _wait, context) => {
      arrived.push(context.instanceId);
      if (arrived.length === 3) meeting.resolve();
      await meeting.promise;
      await goto(null);
    };
    const world = bench(defineWorkflow("orders", "", { meet }));
    for (const id of ["a", "b", "c"]) await world.start({}, id);
    expect(await world.deliver()).toEqual([]);
    expect(world.calls.filter((call) => call === "read")).toHaveLength(1);
    expect(world.store.heads().map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
  });

  test("with two messages of one instance handles them one after the other, the second on a fresh read", async () => {
    const executions: string[] = [];
    const count: StepFunction = (_state, goto, _wait, { step }) => {
      executions.push(step);
      return goto(null);
    };
    const world = bench(defineWorkflow("orders", "", { count }));
    await world.start({}, "order-1");
    world.queue.inject(world.queue.messages()[0]?.body ?? "");
    expect(await world.deliver()).toEqual(["m2"]);
    expect(executions).toEqual(["count"]);
    expect(world.head("order-1")).toMatchObject({ seq: 1, status: "completed" });
  });

  test("whose common read fails is read one by one", async () => {
    const world = bench(orders, { intercept: failing("read", [1], "throttled") });
    await world.start({}, "a");
    await world.start({}, "b");
    expect(await world.deliver()).toEqual([]);
    expect(world.calls.filter((call) => call === "read")).toHaveLength(3);
    expect(world.store.heads().map(({ seq }) => seq)).toEqual([1, 1]);
  });

  test("with one record that fails keeps that record only (I19)", async () => {
    const world = bench(orders, { intercept: failing("read", [1, 2], "throttled") });
    await world.start({}, "a");
    await world.start({}, "b");
    expect(await world.deliver()).toHaveLength(1);
    expect(new Set(world.store.heads().map(({ seq }) => seq))).toEqual(new Set([0, 1]));
    expect(world.lines.at(-1)).toMatchObject({ level: "error", event: "message kept after a failure" });
  });
});

describe("faults around the commit", () => {
  test("a failed send after the commit puts the message back for 2 s, and its redelivery repairs", async () => {
    const world = bench(orders, { intercept: failing("send", [2], "throttled") });
    await world.start({}, "order-1");
    expect(await world.deliver()).toEqual(["m1"]);
    expect(world.held()).toMatchObject([{ message: { kind: "create" }, seconds: 2 }]);
    world.clock.advance(60_000);
    expect(await world.deliver()).toEqual([]);
    expect(world.held()).toEqual([{ message: wake(1), seconds: 0 }]);
    expect(world.head("order-1").seq).toBe(1);
  });

  test("a failed send whose postponement fails too leaves the message to its visibility timeout", async () => {
    const world = bench(orders, {
      intercept: (operation, perform) =>
        world.calls.length > 2 && (operation === "send" || operation === "postpone")
          ? Promise.reject(new Error("down"))
          : perform(),
    });
    await world.start({}, "order-1");
    expect(await world.deliver()).toEqual(["m1"]);
    expect(world.held()).toMatchObject([{ seconds: 90 }]);
  });

  test("a commit whose answer got lost is asked again once and found applied (R4)", async () => {
    const world = bench(orders, { intercept: failing("update", [1], "timeout", "after") });
    await world.start({}, "order-1");
    expect(await world.deliver()).toEqual([]);
    expect(world.calls.slice(2)).toEqual(["read", "update", "update", "send"]);
    expect(world.head("order-1").seq).toBe(1);
  });

  test("a commit that surely did not happen is not repeated: the message comes back", async () => {
    const world = bench(orders, { intercept: failing("update", [1], "throttled") });
    await world.start({}, "order-1");
    expect(await world.deliver()).toEqual(["m1"]);
    expect(world.calls.slice(2)).toEqual(["read", "update"]);
    expect(world.head("order-1").seq).toBe(0);
  });

  test.each([
    { rule: "runs no body for a start that loses its id to another one", startId: "another", runs: [], seq: 0 },
    { rule: "runs its body once when its caller's put comes now", startId: headWith().startId, runs: ["once"], seq: 1 },
  ])("that found no item, before it creates one: $rule (R7)", async ({ runs, seq, startId }) => {
    const executions: string[] = [];
    const once: StepFunction = async (_state, goto, _wait, { step }) => {
      executions.push(step);
      await goto(null);
    };
    const world = bench(defineWorkflow("orders", "", { once }), {
      intercept: async (operation, perform) => {
        if (operation === "create") await world.store.create(headWith({ step: "once", startId }));
        return perform();
      },
    });
    world.queue.inject(encodeWorkMessage(createMessage({ step: "once" })));
    expect(await world.deliver()).toEqual([]);
    expect(executions).toEqual(runs);
    expect(world.head("order-1")).toMatchObject({ startId, seq });
  });

  test("a patch made while a step changes more than 100 keys is merged, not overwritten", async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`key${index}`, index]));
    const patch = {
      set: { patchVersion: 1 },
      state: { kind: "keys", set: new Map([["patched", "true"]]), remove: [] },
    } as const;
    const wide: StepFunction = async (_state, goto) => {
      await world.store.update("order-1", patch, { statusIn: ["runnable"] });
      await goto(null, many);
    };
    const world = bench(defineWorkflow("orders", "", { wide }));
    await world.start({}, "order-1");
    expect(await world.deliver()).toEqual([]);
    const { state } = world.head("order-1");
    expect([state.size, state.get("patched")]).toEqual([102, "true"]);
  });
});

test("a rule that runs a move's body again, which has none, is a mistake of ours: the message is kept", async () => {
  const head = headWith();
  const rules = {
    classifyMessage: () => ({ kind: "move", head, move: "expire" }) as const,
    decideLostRace: () => ({ kind: "rerun", head }) as const,
  };
  const world = bench(orders, { rules });
  world.inject(wake(0));
  expect(await world.deliver()).toEqual(["m1"]);
  expect(world.lines.at(-1)?.fields["reason"]).toMatch(/a move without a body is never run again/);
});

test("every execution of a visit is given the same key, every other visit another (I17)", async () => {
  const keys: string[] = [];
  const work: StepFunction = (_state, goto, _wait, { attempt, idempotencyKey }) => {
    keys.push(idempotencyKey);
    if (attempt === 1) throw new Error("once");
    return goto(keys.length < 4 ? "work" : null);
  };
  const world = bench(defineWorkflow("orders", "", { work }));
  await world.start({}, "order-1");
  for (let second = 0; second < 3; second++) await world.pass(1_000);
  expect(keys).toEqual(["order-1/1", "order-1/1", "order-1/2", "order-1/2"]);
});

test("a listener hears of every transition that this worker committed, and what was thrown", async () => {
  const heard: string[] = [];
  const flaky: StepFunction = (_state, goto, _wait, { attempt }) => {
    if (attempt === 1) throw new Error("once");
    return goto(null);
  };
  const world = bench(defineWorkflow("orders", "", { flaky }), {
    listener: async ({ after, before, error }) => {
      heard.push(`${before.seq} ${after.status} ${error instanceof Error ? error.message : "-"}`);
    },
  });
  await world.start({}, "order-1");
  await world.settle();
  await world.pass(1_000);
  expect(heard).toEqual(["0 runnable once", "1 completed -"]);
});
