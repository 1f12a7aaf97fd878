import { encodeWorkMessage, type InstanceHead, type WorkMessage } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { initialBranchHead } from "../src/branch.ts";
import type { StepFunction } from "../src/step-function.ts";
import type { TransitionEvent } from "../src/transition-event.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, createMessage, failing, headWith, START } from "./support/bench.ts";

const begin: StepFunction = (_state, goto) => goto("end");
const end: StepFunction = (_state, goto) => goto(null);
const orders = defineWorkflow("orders", "", { begin, end });
const create = createMessage();
const at5 = headWith({ seq: 5, token: 5, previousToken: 3 });
/** Begun five times without a commit. */
const worn = { ...at5, startMarks: 5 };
const wake = (token: number): WorkMessage => ({ kind: "wake", instance: "order-1", token, dutiesDone: true });

describe("the drain", () => {
  test("fails the instance whose starts are used up with a reason, and deletes the message", async () => {
    const world = bench(orders);
    await world.store.create(worn);
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    expect(await world.drain()).toEqual([]);
    expect(world.head("order-1")).toMatchObject({
      status: "failed",
      seq: 6,
      error: { code: "dead-letter", step: "begin", attempt: 1, at: START },
    });
    expect(world.deadLetters.messages()).toEqual([]);
  });

  test("sends a current message again that was received too often without a start (I23)", async () => {
    const world = bench(orders);
    await world.store.create(at5);
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    expect(await world.drain()).toEqual([]);
    expect(world.head("order-1")).toEqual(at5);
    expect(world.held()).toEqual([{ message: { ...wake(5), suspect: true }, seconds: 0 }]);
    expect(world.lines).toMatchObject([{ level: "error", event: "dead letter sent again" }]);
    await world.settle();
    expect(world.head("order-1").status).toBe("completed");
  });

  test("sends a create message again that nobody has begun", async () => {
    const world = bench(orders);
    world.deadLetters.inject(encodeWorkMessage(create));
    await world.drain();
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", startId: "start-1" });
  });

  test("tells of the failure it commits", async () => {
    const told: TransitionEvent[] = [];
    const world = bench(orders, { listener: async (event) => void told.push(event) });
    await world.store.create(worn);
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    await world.drain();
    expect(told).toMatchObject([{ before: { seq: 5 }, after: { status: "failed" }, error: { code: "dead-letter" } }]);
  });

  test("hands over to the error step what it gives up", async () => {
    const world = bench(defineWorkflow("orders", "", { begin, end, repair: end }, { onError: "repair" }));
    await world.store.create(worn);
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    await world.drain();
    expect(world.head("order-1")).toMatchObject({ status: "runnable", step: "repair", error: { code: "dead-letter" } });
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", error: { code: "dead-letter" } });
  });

  test("takes what it failed out of the due index and into the list of failures", async () => {
    const world = bench(orders);
    await world.store.create({ ...worn, indexedAt: START });
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    await world.drain();
    expect(world.head("order-1")).not.toHaveProperty("indexedAt");
    expect((await world.store.index.list({ workflow: "orders", group: "failed", limit: 10 })).ids).toEqual(["order-1"]);
  });

  test("sends the wake again that a predecessor's commit owes", async () => {
    const world = bench(orders);
    await world.store.create(at5);
    world.deadLetters.inject(encodeWorkMessage(wake(3)));
    expect(await world.drain()).toEqual([]);
    expect(world.held()).toEqual([{ message: wake(5), seconds: 0 }]);
  });

  test("decides again when the head moved between its read and its write: the predecessor repairs (A13)", async () => {
    const world = bench(orders, {
      intercept: async (operation, perform) => {
        const set = { seq: 6, token: 6, previousToken: 5, step: "end" };
        if (operation === "update") await world.store.update("order-1", { set }, { seq: 5, statusIn: ["runnable"] });
        return perform();
      },
    });
    await world.store.create(worn);
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    expect(await world.drain()).toEqual([]);
    expect(world.head("order-1")).toMatchObject({ status: "runnable", seq: 6 });
    expect(world.held()).toEqual([{ message: wake(6), seconds: 0 }]);
  });

  test("deletes the dead letter of an ended instance that owes nothing", async () => {
    const world = bench(orders);
    await world.store.create({ ...at5, status: "completed" });
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    expect([await world.drain(), world.held(), world.deadLetters.messages()]).toEqual([[], [], []]);
  });

  test("sends a copy of a message whose step is unknown", async () => {
    const world = bench([]);
    await world.store.create(at5);
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    await world.drain();
    expect(world.held()).toEqual([{ message: { ...wake(5), suspect: true }, seconds: 60 }]);
  });

  test("leaves an unreadable message where it is and says so; its neighbours are handled", async () => {
    const world = bench(orders);
    world.deadLetters.inject("{");
    world.deadLetters.inject(encodeWorkMessage(wake(7)));
    expect(await world.drain()).toEqual(["m1"]);
    expect(world.deadLetters.messages()).toMatchObject([{ body: "{" }]);
    expect(world.lines[0]).toMatchObject({
      level: "error",
      event: "dead letter that needs a human",
      fields: { message: "m1" },
    });
  });

  test("leaves a message from the future where it is", async () => {
    const world = bench(orders);
    await world.store.create(at5);
    world.deadLetters.inject(encodeWorkMessage(wake(9)));
    expect(await world.drain()).toEqual(["m1"]);
    expect(world.head("order-1")).toEqual(at5);
  });

  test.each([
    ["read", wake(5)],
    ["update", wake(5)],
    ["send", wake(3)],
  ] as const)("leaves a message whose %s failed for the next time, and then handles it", async (operation, message) => {
    const world = bench(orders, { intercept: failing(operation, [1]) });
    await world.store.create(worn);
    world.deadLetters.inject(encodeWorkMessage(message));
    expect(await world.drain()).toEqual(["m1"]);
    world.clock.advance(90_000);
    expect(await world.drain()).toEqual([]);
  });
});

describe("of a branch's message, the drain", () => {
  const branch = { kind: "branch", instance: "order-1", seq: 5, branch: 0 } as const;
  const ref = { instance: "order-1", seq: 5, branch: 0 };
  const join = { seq: 5, steps: ["begin", "end"], tolerated: 1, settleAll: false };
  const joining: InstanceHead = { ...at5, status: "joining", join, results: new Map() };
  const record = { ...initialBranchHead(joining, ref), startMarks: 5 };
  const gone = { kind: "next", next: null, set: {}, remove: [], startedAt: START, duration: 1 } as const;

  test("sends it again when nothing has begun the branch", async () => {
    const world = bench(orders);
    await world.store.create(joining);
    world.deadLetters.inject(encodeWorkMessage(branch));
    await world.drain();
    expect(world.held()).toEqual([{ message: { ...branch, suspect: true }, seconds: 0 }]);
  });

  test("records the branch as failed whose starts are used up; its instance goes on waiting for the others", async () => {
    const told: TransitionEvent[] = [];
    const world = bench(orders, { listener: async (event) => void told.push(event) });
    await world.store.create(joining);
    await world.store.create(record);
    world.deadLetters.inject(encodeWorkMessage(branch));
    expect(await world.drain()).toEqual([]);
    const { results, status } = world.head("order-1");
    expect([status, results?.get(0)]).toMatchObject(["joining", { kind: "failed", error: { code: "dead-letter" } }]);
    expect(told).toMatchObject([{ branch: ref, error: { code: "dead-letter" } }]);
    expect(world.held()).toEqual([]);
  });

  test("wakes the join when the branch was the last", async () => {
    const world = bench(orders);
    await world.store.create({ ...joining, results: new Map([[1, gone]]) });
    await world.store.create(record);
    world.deadLetters.inject(encodeWorkMessage(branch));
    await world.drain();
    expect(world.held()).toContainEqual({ message: wake(5), seconds: 0 });
  });

  test("decides again when the branch reported in between: the join may not have been woken", async () => {
    const world = bench(orders, {
      intercept: async (operation, perform) => {
        const result = { branch: 0, value: gone };
        const condition = { statusIn: ["joining"], openBranch: 0 } as const;
        if (operation === "update") await world.store.update("order-1", { set: {}, result }, condition);
        return perform();
      },
    });
    await world.store.create({ ...joining, results: new Map([[1, gone]]) });
    await world.store.create(record);
    world.deadLetters.inject(encodeWorkMessage(branch));
    expect(await world.drain()).toEqual([]);
    expect(world.head("order-1").results?.get(0)).toEqual(gone);
    expect(world.held()).toEqual([{ message: wake(5), seconds: 0 }]);
  });

  test("deletes it when the fan-out is over", async () => {
    const world = bench(orders);
    await world.store.create(at5);
    world.deadLetters.inject(encodeWorkMessage(branch));
    expect([await world.drain(), world.held()]).toEqual([[], []]);
  });
});
