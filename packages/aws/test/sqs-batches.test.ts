import { randomUUID } from "node:crypto";
import {
  type BatchResultErrorEntry,
  type SendMessageBatchCommandInput,
  type SendMessageBatchCommandOutput,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { WorkMessage } from "@stephooks/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sqsQueueSource, sqsWorkQueue } from "../src/index.ts";
import { provisionStack } from "../src/provision/index.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

let world: EmulatedStack;
let sqs: SQSClient;
let url: string;

beforeAll(async () => {
  world = await emulatedStack();
  ({ sqs } = world.clients);
});
afterAll(() => world.dispose());
beforeEach(async () => {
  const timings = { functionTimeout: 30, visibilityTimeout: 60 };
  url = (await provisionStack({ clients: world.clients, name: randomUUID(), timings })).stepQueueUrl;
  sqs.middlewareStack.remove("observer");
  sqs.middlewareStack.remove("fault");
});

interface SentBatch {
  readonly entries: number;
  /** UTF-8 bytes of all bodies, as the request carried them. */
  readonly bytes: number;
}

/** Batches as they go over the wire. */
function watchWire(): SentBatch[] {
  const batches: SentBatch[] = [];
  sqs.middlewareStack.add(
    (next) => async (args) => {
      const { body } = args.request as { body: string | Uint8Array };
      const { Entries = [] } = JSON.parse(
        body instanceof Uint8Array ? new TextDecoder().decode(body) : body,
      ) as SendMessageBatchCommandInput;
      const bytes = Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody ?? ""), 0);
      if (Entries.length > 0) batches.push({ entries: Entries.length, bytes });
      return await next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "observer" },
  );
  return batches;
}

const sendAll = (messages: readonly WorkMessage[]): Promise<void> =>
  sqsWorkQueue(sqs, url).send(messages.map((message) => ({ message, delaySeconds: 0 })));

const wakes = (count: number): readonly WorkMessage[] =>
  Array.from({ length: count }, (_, token) => ({ kind: "wake", instance: "a", token, dutiesDone: true }));

const starts = (count: number, text: string): readonly WorkMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: "create",
    instance: `i-${index}`,
    startId: "s",
    workflow: "w",
    step: "a",
    createdAt: 1,
    state: new Map([["t", JSON.stringify(text)]]),
  }));

describe("batches on the wire", () => {
  test.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
    [101, [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 1]],
  ])("%d messages are cut by count into %j", async (count, expected) => {
    const batches = watchWire();
    await sendAll(wakes(count));
    expect(batches.map(({ entries }) => entries).toSorted((a, b) => b - a)).toEqual(expected);
  });

  test.each([
    ["ASCII", "x".repeat(340_000)],
    ["two bytes a character", "é".repeat(170_000)],
    ["characters that are escaped", "😀".repeat(28_000)],
  ])("no batch exceeds 1 MiB with %s", async (_, text) => {
    const batches = watchWire();
    await sendAll(starts(7, text));
    expect(batches.map(({ entries }) => entries).toSorted((a, b) => a - b)).toEqual([1, 3, 3]);
    for (const { bytes } of batches) expect(bytes).toBeLessThanOrEqual(1_048_576);
  });

  test("two messages that fill 1 MiB exactly go together, one byte more and they do not", async () => {
    const [empty] = await observed(starts(1, ""));
    const half = 524_288 - (empty?.bytes ?? 0);
    const fits = await observed([...starts(1, "x".repeat(half)), ...starts(1, "x".repeat(half))]);
    expect(fits).toEqual([{ entries: 2, bytes: 1_048_576 }]);
    const cut = await observed([...starts(1, "x".repeat(half)), ...starts(1, "x".repeat(half + 1))]);
    expect(cut.map(({ entries }) => entries)).toEqual([1, 1]);
  });

  test("a message above 1 MiB is refused as too large, and nothing of its call is sent", async () => {
    const batches = watchWire();
    await expect(sendAll([...wakes(30), ...starts(1, "x".repeat(1_048_576))])).rejects.toMatchObject({
      code: "too-large",
      details: { instance: "i-0" },
    });
    expect(batches).toEqual([]);
  });

  async function observed(messages: readonly WorkMessage[]): Promise<readonly SentBatch[]> {
    sqs.middlewareStack.remove("observer");
    const batches = watchWire();
    await sendAll(messages);
    return batches;
  }
});

describe("an entry of a batch that fails", () => {
  type Failure = Omit<BatchResultErrorEntry, "Id">;
  const internal: Failure = { Code: "InternalError", Message: "try again", SenderFault: false };

  /** The first `times` requests keep entry 1 from the broker and answer that it failed. */
  function failEntry(times: number, failure: Failure | undefined): readonly number[] {
    const requests: number[] = [];
    sqs.middlewareStack.add(
      (next) => async (args) => {
        const input = args.input as SendMessageBatchCommandInput;
        const { Entries = [] } = input;
        requests.push(Entries.length);
        if (requests.length > times) return await next(args);
        const others = Entries.filter(({ Id }) => Id !== "1");
        const Failed = failure === undefined ? [] : [{ ...failure, Id: "1" }];
        if (others.length === 0) return { output: { $metadata: {}, Successful: [], Failed }, response: {} };
        const result = await next({ ...args, input: { ...input, Entries: others } });
        return { ...result, output: { ...(result.output as SendMessageBatchCommandOutput), Failed } };
      },
      { step: "initialize", name: "fault" },
    );
    return requests;
  }

  const received = async (): Promise<number> => {
    sqs.middlewareStack.remove("fault");
    return (await sqsQueueSource(sqs, url).receive(10, 0)).length;
  };

  test("through no fault of ours is sent once more, alone", async () => {
    const requests = failEntry(1, internal);
    await sendAll(wakes(3));
    expect(requests).toEqual([3, 1]);
    expect(await received()).toBe(3);
  });

  test("twice rejects; the others were accepted", async () => {
    const requests = failEntry(2, internal);
    await expect(sendAll(wakes(3))).rejects.toMatchObject({ code: "unavailable", message: /InternalError/ });
    expect(requests).toEqual([3, 1]);
    expect(await received()).toBe(2);
  });

  test("by throttling twice rejects as throttled", async () => {
    failEntry(2, { Code: "RequestThrottled", SenderFault: false });
    await expect(sendAll(wakes(3))).rejects.toMatchObject({ code: "throttled" });
  });

  test("through our own fault rejects at once", async () => {
    const requests = failEntry(2, { Code: "InvalidMessageContents", SenderFault: true });
    await expect(sendAll(wakes(3))).rejects.toMatchObject({ code: "invalid" });
    expect(requests).toEqual([3]);
  });

  test("through our own fault under an unknown name is invalid, too", async () => {
    failEntry(2, { Code: "SomethingNew", SenderFault: true });
    await expect(sendAll(wakes(3))).rejects.toMatchObject({ code: "invalid" });
  });

  test("without being named is not taken for accepted", async () => {
    const requests = failEntry(2, undefined);
    await expect(sendAll(wakes(3))).rejects.toMatchObject({ code: "unavailable" });
    expect(requests).toEqual([3, 1]);
  });
});

describe("the backlog", () => {
  test("of a queue that does not exist rejects as a missing resource", async () => {
    await expect(sqsWorkQueue(sqs, `${url}-nowhere`).backlog()).rejects.toMatchObject({ code: "missing-resource" });
  });

  test("without a number in the answer rejects as corrupt", async () => {
    sqs.middlewareStack.add(() => async () => ({ output: { $metadata: {} }, response: {} }), {
      step: "initialize",
      name: "fault",
    });
    await expect(sqsWorkQueue(sqs, url).backlog()).rejects.toMatchObject({ code: "corrupt" });
  });
});
