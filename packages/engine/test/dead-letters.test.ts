import { encodeWorkMessage, type InstanceHead, type WorkMessage } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { type DeadLetterContext, type DeadLetterDecision, decideDeadLetter } from "../src/dead-letters.ts";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, createMessage, failing, headWith, START } from "./support/bench.ts";

const wake = (token: number): WorkMessage => ({ kind: "wake", instance: "order-1", token, dutiesDone: true });
const create = createMessage();
const at5 = headWith({ seq: 5, token: 5, previousToken: 3 });

interface Row {
  readonly rule: string;
  readonly message: WorkMessage;
  readonly head: InstanceHead | undefined;
  readonly at?: Partial<DeadLetterContext>;
  readonly expected: Partial<DeadLetterDecision>;
}

const rows: readonly Row[] = [
  {
    rule: "A13: current and runnable: the instance fails",
    message: wake(5),
    head: at5,
    expected: { kind: "fail", head: at5, stored: true },
  },
  {
    rule: "A13: current, but not yet ready: a fresh copy with the remaining delay",
    message: wake(5),
    head: { ...at5, readyAt: START + 1_500 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 2 } },
  },
  {
    rule: "A13: the delay of a copy is 15 minutes at most",
    message: wake(5),
    head: { ...at5, readyAt: START + 3_600_000 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 900 } },
  },
  {
    rule: "A13: current, waiting for something else: a fresh copy at once",
    message: wake(5),
    head: { ...at5, status: "timer", readyAt: START - 5_000 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 0 } },
  },
  {
    rule: "A13: current, the step unknown here: a copy in a minute",
    message: wake(5),
    head: at5,
    at: { knowsStep: () => false },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 60 } },
  },
  {
    rule: "A13: current and blocked: deleted without a write (A14)",
    message: wake(5),
    head: { ...at5, status: "blocked" },
    expected: { kind: "drop" },
  },
  {
    rule: "A13: current and ended: the duties of the end (A4)",
    message: wake(5),
    head: { ...at5, status: "failed" },
    expected: { kind: "duties" },
  },
  {
    rule: "A13: the predecessor: the duties at once, without a hold",
    message: wake(3),
    head: at5,
    expected: { kind: "duties", head: at5 },
  },
  { rule: "A13: older: deleted", message: wake(4), head: at5, expected: { kind: "drop" } },
  { rule: "A13: a token from the future stays for a human", message: wake(6), head: at5, expected: { kind: "stay" } },
  {
    rule: "A13: a create message without an item: the instance is stored as failed",
    message: create,
    head: undefined,
    expected: { kind: "fail", stored: false, head: headWith() },
  },
  {
    rule: "A13: a create message of an unknown workflow: a copy in a minute",
    message: create,
    head: undefined,
    at: { knowsStep: () => false },
    expected: { kind: "resend", outgoing: { message: create, delaySeconds: 60 } },
  },
  {
    rule: "A13: a create message is current while no step has committed",
    message: create,
    head: headWith(),
    expected: { kind: "fail", stored: true },
  },
  {
    rule: "A13: a create message of another start: deleted",
    message: createMessage({ startId: "start-2" }),
    head: headWith(),
    expected: { kind: "drop" },
  },
  { rule: "A13: a wake without an item: deleted", message: wake(5), head: undefined, expected: { kind: "drop" } },
  {
    rule: "A13: a report: deleted",
    message: { kind: "report", instance: "order-1", seq: 1, branch: 0, child: "c", status: "failed" },
    head: at5,
    expected: { kind: "drop" },
  },
];

describe("what a dead letter means for the stored head", () => {
  test.each(rows.map((row) => [row.rule, row] as const))("%s", (_rule, { message, head, at, expected }) => {
    expect(decideDeadLetter(message, head, { now: START, knowsStep: () => true, ...at })).toMatchObject(expected);
  });
});

const begin: StepFunction = (_state, goto) => goto("end");
const end: StepFunction = (_state, goto) => goto(null);
const orders = defineWorkflow("orders", "", { begin, end });

describe("the drain", () => {
  test("fails the instance of a current message with a reason, and deletes the message", async () => {
    const world = bench(orders);
    await world.store.create(at5);
    world.deadLetters.inject(encodeWorkMessage(wake(5)));
    expect(await world.drain()).toEqual([]);
    expect(world.head("order-1")).toMatchObject({
      status: "failed",
      seq: 5,
      error: { code: "dead-letter", step: "begin", attempt: 1, at: START },
    });
    expect(world.deadLetters.messages()).toEqual([]);
  });

  test("stores and fails an instance that only its create message knows", async () => {
    const world = bench(orders);
    world.deadLetters.inject(encodeWorkMessage(create));
    await world.drain();
    expect(world.head("order-1")).toMatchObject({
      status: "failed",
      seq: 0,
      startId: "start-1",
      error: { code: "dead-letter" },
    });
  });

  test("reports a child that it failed to the parent", async () => {
    const world = bench(orders);
    const parent = { id: "parent", seq: 2, branch: 0 };
    world.deadLetters.inject(encodeWorkMessage(createMessage({ parent })));
    await world.drain();
    expect(world.held()).toMatchObject([{ message: { kind: "report", instance: "parent", status: "failed" } }]);
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
    await world.store.create(at5);
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
    world.deadLetters.inject(encodeWorkMessage(create));
    await world.drain();
    expect(world.held()).toEqual([{ message: create, seconds: 60 }]);
  });

  test("leaves an unreadable message where it is and says so; its neighbours are handled", async () => {
    const world = bench(orders);
    world.deadLetters.inject("{");
    world.deadLetters.inject(encodeWorkMessage(create));
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
    await world.store.create(at5);
    world.deadLetters.inject(encodeWorkMessage(message));
    expect(await world.drain()).toEqual(["m1"]);
    world.clock.advance(90_000);
    expect(await world.drain()).toEqual([]);
  });
});
