import type { ReceivedMessage } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { appWorld, type AppWorld, coded, deadLetterArn, failedIds, field, stepQueueArn } from "./support/app-world.ts";
import { recordedEvent, sqsEvent } from "./support/lambda-events.ts";
import { parityApp } from "./support/parity-app.ts";

async function startedWorld(...values: readonly number[]): Promise<AppWorld> {
  const world = appWorld(parityApp().init());
  for (const value of values) await world.ask("POST", "/start", { value });
  return world;
}

function statuses(world: AppWorld): readonly string[] {
  return world.store.heads().map(({ status, step }) => `${status} ${step}`);
}

/** A message the step queue never held. */
function strange(id: string, body: string): ReceivedMessage {
  return { id, body, receipt: `receipt-${id}`, receiveCount: 1 };
}

describe("a batch of the step queue", () => {
  test("runs every message's step and wants none back", async () => {
    const world = await startedWorld(1, 2, 3);
    const batch = await world.queue.receive(10, 0);
    expect(await world.handle(sqsEvent(batch, stepQueueArn))).toEqual({ batchItemFailures: [] });
    expect(statuses(world)).toEqual(["runnable check", "runnable check", "runnable check"]);
  });

  test("with a record without a body fails that one only", async () => {
    const world = await startedWorld(1, 2);
    const { Records: records } = sqsEvent(await world.queue.receive(10, 0), stepQueueArn);
    const [first, second] = records;
    const result = await world.handle({ Records: [first, { ...second, body: undefined }] });
    expect(failedIds(result)).toEqual([second?.["messageId"]]);
    expect(statuses(world)).toEqual(["runnable check", "runnable begin"]);
  });

  test.each(["not json", "[]", '{"v":99}', ""])("with the body %j fails that one only", async (body) => {
    const world = await startedWorld(1);
    const batch = [strange("stranger", body), ...(await world.queue.receive(10, 0))];
    expect(failedIds(await world.handle(sqsEvent(batch, stepQueueArn)))).toEqual(["stranger"]);
    expect(statuses(world)).toEqual(["runnable check"]);
  });

  test("ends in time when a step does not: what has not settled comes back", async () => {
    const app = createApp();
    const begun = Promise.withResolvers<void>();
    const slow = app.createWorkflow("slow", "Never settles", {
      only: () => {
        begun.resolve();
        return new Promise(() => {});
      },
    });
    const world = appWorld(app.init());
    await slow.start({});
    const batch = await world.queue.receive(10, 0);
    const handled = world.handle(sqsEvent(batch, stepQueueArn), { getRemainingTimeInMillis: () => 10_000 });
    await begun.promise;
    world.clock.advance(8_000);
    expect(failedIds(await handled)).toEqual(batch.map(({ id }) => id));
  });
});

describe("a dead letter", () => {
  /** Received from the step queue three times and never deleted, as by a function that always dies. */
  async function exhausted(): Promise<AppWorld> {
    const world = await startedWorld(7);
    for (let receive = 1; receive <= 4; receive += 1) {
      await world.queue.receive(10, 0);
      world.queue.expireVisibility();
    }
    expect(world.deadLetters.messages()).toHaveLength(1);
    return world;
  }

  test("is sent again when the batch comes from the dead-letter queue: receives alone fail nobody", async () => {
    const world = await exhausted();
    const event = sqsEvent(await world.deadLetters.receive(10, 0), deadLetterArn);
    expect(await world.handle(event)).toEqual({ batchItemFailures: [] });
    expect(statuses(world)).toEqual(["runnable begin"]);
    expect(world.queue.messages()).toHaveLength(1);
  });

  test("ends its instance with the reason when its step was begun too often without a commit", async () => {
    const world = await exhausted();
    const [{ id } = { id: "" }] = world.store.heads();
    await world.store.update(id, { set: { startMarks: 5 } }, { statusIn: ["runnable"] });
    const event = sqsEvent(await world.deadLetters.receive(10, 0), deadLetterArn);
    expect(await world.handle(event)).toEqual({ batchItemFailures: [] });
    const [head] = world.store.heads();
    expect(head).toMatchObject({ status: "failed", step: "begin", error: { code: "dead-letter", step: "begin" } });
    expect(field(await world.ask("GET", `/instances/${id}`), "status")).toBe("failed");
  });

  test("runs its step when the same batch comes from any other queue", async () => {
    const world = await exhausted();
    const event = sqsEvent(await world.deadLetters.receive(10, 0), stepQueueArn);
    expect(await world.handle(event)).toEqual({ batchItemFailures: [] });
    expect(statuses(world)).toEqual(["runnable check"]);
  });

  test("nobody can read stays in its queue", async () => {
    const world = await startedWorld();
    const batch = [strange("stranger", "not json")];
    expect(failedIds(await world.handle(sqsEvent(batch, deadLetterArn)))).toEqual(["stranger"]);
  });
});

describe("an event nobody here handles", () => {
  const sqs = () => sqsEvent([strange("a", "{}")], stepQueueArn);
  test.each<[string, () => unknown, RegExp]>([
    ["S3", () => recordedEvent("s3-object-created"), /"aws:s3"/],
    ["EventBridge", () => recordedEvent("eventbridge-scheduled"), /"aws\.events".*"Scheduled Event"/],
    ["a Lambda authorizer", () => recordedEvent("rest-authorizer"), /"REQUEST"/],
    ["records of two sources", () => ({ Records: [...sqs().Records, { eventSource: "aws:s3" }] }), /2 records/],
    ["an empty batch", () => ({ Records: [] }), /0 records/],
    ["a test event of the console", () => ({ key1: "value1", key2: "value2" }), /"key1", "key2"/],
    ["nothing", () => undefined, /type undefined/],
  ])("%s rejects, naming what came, so that nothing is deleted", async (_name, event, named) => {
    const world = await startedWorld(7);
    const before = world.store.heads();
    // A rejected invocation deletes no message; a result of any kind would.
    const failure: unknown = await world.handle(event()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unknown-event", message: expect.stringMatching(named) });
    expect(world.store.heads()).toEqual(before);
    expect(world.queue.messages()).toHaveLength(1);
  });

  test("a batch whose records name two queues rejects as a whole", async () => {
    const world = await startedWorld(1, 2);
    const [first, second] = sqsEvent(await world.queue.receive(10, 0), stepQueueArn).Records;
    const mixed = { Records: [first, { ...second, eventSourceARN: deadLetterArn }] };
    await expect(world.handle(mixed)).rejects.toEqual(coded("bad-event"));
    expect(statuses(world)).toEqual(["runnable begin", "runnable begin"]);
  });
});
