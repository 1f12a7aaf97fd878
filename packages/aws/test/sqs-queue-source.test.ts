import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sqsQueueSource, sqsWorkQueue } from "../src/index.ts";
import { emulatedJobs } from "./emulated-jobs.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

let world: EmulatedStack;
beforeAll(async () => {
  world = await emulatedStack();
});
afterAll(() => world.dispose());

const source = (signal?: AbortSignal) =>
  sqsQueueSource(world.clients.sqs, world.stack.stepQueueUrl, signal === undefined ? {} : { signal });

describe("receiving", () => {
  test("waits for the first message and is woken by it", async () => {
    const receiving = source().receive(10, 20);
    const message = { kind: "wake", instance: "a", token: 1, dutiesDone: true } as const;
    await sqsWorkQueue(world.clients.sqs, world.stack.stepQueueUrl).send([{ message, delaySeconds: 0 }]);
    const received = await receiving;
    expect(received).toMatchObject([{ receiveCount: 1 }]);
    await source().remove(received.map(({ receipt }) => receipt));
  });

  test("for longer than an ordinary request may last is not cut off", { timeout: 15_000 }, async () => {
    const begun = Date.now();
    expect(await source().receive(10, 6)).toEqual([]);
    expect(Date.now() - begun).toBeGreaterThan(5_500);
  });

  test("ends at once, without messages and without a failure, when it is aborted", async () => {
    const stop = new AbortController();
    const begun = Date.now();
    const receiving = source(stop.signal).receive(10, 20);
    setTimeout(() => stop.abort(), 50);
    expect(await receiving).toEqual([]);
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect(await source(stop.signal).receive(10, 20)).toEqual([]);
  });

  test("from a queue that does not exist rejects as a missing resource", async () => {
    const nowhere = sqsQueueSource(world.clients.sqs, `${world.stack.stepQueueUrl}-nowhere`);
    await expect(nowhere.receive(1, 0)).rejects.toMatchObject({ code: "missing-resource" });
    await expect(nowhere.remove(["receipt"])).rejects.toMatchObject({ code: "missing-resource" });
  });
});

describe("the source of a FIFO queue", () => {
  test("names the group of a message; that of a standard queue asks for none", async () => {
    const { sqs } = world.clients;
    const asked: unknown[] = [];
    sqs.middlewareStack.add(
      (next) => (args) => {
        if ("MessageSystemAttributeNames" in args.input) asked.push(args.input.MessageSystemAttributeNames);
        return next(args);
      },
      { step: "initialize", name: "asked" },
    );
    const { queueUrl } = await emulatedJobs(sqs, 60);
    const send = { QueueUrl: queueUrl, MessageBody: "b", MessageGroupId: "g.1", MessageDeduplicationId: "d" };
    await sqs.send(new SendMessageCommand(send));
    const received = await sqsQueueSource(sqs, queueUrl).receive(10, 0);
    expect(received).toMatchObject([{ body: "b", group: "g.1" }]);
    await source().receive(10, 0);
    expect(asked).toEqual([
      ["ApproximateReceiveCount", "SentTimestamp", "MessageGroupId"],
      ["ApproximateReceiveCount", "SentTimestamp"],
    ]);
    sqs.middlewareStack.remove("asked");
  });
});

describe("removing", () => {
  /** The broker answers so for the first entry. */
  function answerDelete(Code: string, Message: string): void {
    const answer = {
      $metadata: {},
      Successful: [{ Id: "1" }],
      Failed: [{ Id: "0", Code, Message, SenderFault: true }],
    };
    world.clients.sqs.middlewareStack.add(() => async () => ({ output: answer, response: {} }), {
      step: "initialize",
      name: "fault",
    });
  }
  afterEach(() => world.clients.sqs.middlewareStack.remove("fault"));

  // As SQS words them: https://repost.aws/knowledge-center/sqs-receipt-handle-error
  test.each([
    [
      "InvalidParameterValue",
      "Value AQEB for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.",
    ],
    ["ReceiptHandleIsInvalid", 'The input receipt handle "AQEB" is not a valid receipt handle.'],
  ])("with a receipt whose receive is over removes nothing and is no failure: %s", async (code, message) => {
    answerDelete(code, message);
    await expect(source().remove(["old", "new"])).resolves.toBeUndefined();
  });

  test("that SQS refuses for another reason rejects", async () => {
    answerDelete("InvalidParameterValue", "Value for parameter QueueUrl is invalid.");
    await expect(source().remove(["old", "new"])).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("postponing", () => {
  const queue = () => sqsWorkQueue(world.clients.sqs, world.stack.stepQueueUrl);

  test("a receipt the broker does not know is no failure", async () => {
    await expect(queue().postpone("unknown", 5)).resolves.toBeUndefined();
  });

  test("on a queue that does not exist rejects as a missing resource", async () => {
    const nowhere = sqsWorkQueue(world.clients.sqs, `${world.stack.stepQueueUrl}-nowhere`);
    await expect(nowhere.postpone("receipt", 5)).rejects.toMatchObject({ code: "missing-resource" });
  });
});
