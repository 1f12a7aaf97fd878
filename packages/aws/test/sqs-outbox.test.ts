import { randomUUID } from "node:crypto";
import type {
  BatchResultErrorEntry,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { OutgoingMessage, WorkQueue } from "@stephooks/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sqsQueueSource, sqsWorkQueue } from "../src/index.ts";
import { provisionStack } from "../src/provision/index.ts";
import { WriteTraffic } from "../src/write-traffic.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

let world: EmulatedStack;
let sqs: SQSClient;
let url: string;
let traffic: WriteTraffic;
let queue: WorkQueue;
/** Entries of each request. */
let requests: number[];

beforeAll(async () => {
  world = await emulatedStack();
  ({ sqs } = world.clients);
});
afterAll(() => world.dispose());
beforeEach(async () => {
  const timings = { functionTimeout: 30, visibilityTimeout: 60 };
  url = (await provisionStack({ clients: world.clients, name: randomUUID(), timings })).stepQueueUrl;
  traffic = new WriteTraffic();
  queue = sqsWorkQueue(sqs, url, traffic);
  intercept((send) => send());
});

interface Answer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined;
  readonly Failed?: readonly BatchResultErrorEntry[] | undefined;
}

/** Every send request goes through `act`, which may answer in the broker's place. */
function intercept(act: (send: () => Promise<Answer>, input: SendMessageBatchCommandInput) => Promise<Answer>): void {
  requests = [];
  sqs.middlewareStack.remove("intercept");
  sqs.middlewareStack.add(
    (next) => async (args) => {
      const input = args.input as SendMessageBatchCommandInput;
      if (!Array.isArray(input.Entries)) return await next(args);
      requests.push(input.Entries.length);
      const send = async (): Promise<Answer> => (await next(args)).output as SendMessageBatchCommandOutput;
      const answer = await act(send, input);
      return { output: { $metadata: {}, ...answer } as SendMessageBatchCommandOutput, response: {} };
    },
    { step: "initialize", name: "intercept" },
  );
}

const wake = (token: number): OutgoingMessage => ({
  message: { kind: "wake", instance: "a", token, dutiesDone: true },
  delaySeconds: 0,
});

const outcomes = async (sends: readonly Promise<void>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(sends)).map(({ status }) => status);

const failureOf = (entry: string, failure: Omit<BatchResultErrorEntry, "Id">): Answer => ({
  Successful: [],
  Failed: [{ ...failure, Id: entry }],
});

describe("sends at the same time", () => {
  test("share one request", async () => {
    await Promise.all([0, 1, 2].map((token) => queue.send([wake(token)])));
    expect(requests).toEqual([3]);
    expect(await sqsQueueSource(sqs, url).receive(10, 0)).toHaveLength(3);
  });

  test("fill requests of ten", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, token) => queue.send([wake(token), wake(token)])));
    expect(requests).toEqual([10, 10, 4]);
  });

  test("one after the other are requests of their own", async () => {
    await queue.send([wake(1)]);
    await queue.send([wake(2)]);
    expect(requests).toEqual([1, 1]);
  });

  test("without messages are no request", async () => {
    await queue.send([]);
    expect(requests).toEqual([]);
  });
});

describe("a send waits for writes on their way", () => {
  test("and shares the request with what is sent after them", async () => {
    const write = Promise.withResolvers<void>();
    const second = traffic.during(() => write.promise).then(() => queue.send([wake(2)]));
    const first = queue.send([wake(1)]);
    setImmediate(write.resolve);
    await Promise.all([first, second]);
    expect(requests).toEqual([2]);
  });

  test("but not for one that takes long", async () => {
    void traffic.during(() => new Promise(() => {}));
    await queue.send([wake(1)]);
    expect(requests).toEqual([1]);
  });

  test("which may also fail", async () => {
    const write = traffic.during(() => Promise.reject(new Error("no")));
    await Promise.all([queue.send([wake(1)]), expect(write).rejects.toThrow("no")]);
    expect(requests).toEqual([1]);
    expect(traffic.isQuiet).toBe(true);
  });
});

describe("what fails in a shared request", () => {
  test("is the failure of its own sender only", async () => {
    const failure = { Code: "InternalError", SenderFault: false };
    // Entry 1 is not named the first time, and fails the second time.
    intercept(async (_send, { Entries = [] }) =>
      Entries.length === 1 ? failureOf("1", failure) : { Successful: [{ Id: "0" }, { Id: "2" }], Failed: [] },
    );
    expect(await outcomes([0, 1, 2].map((token) => queue.send([wake(token)])))).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(requests).toEqual([3, 1]);
  });

  test("through the sender's fault is not sent again", async () => {
    intercept(async () => ({
      Successful: [{ Id: "0" }],
      Failed: [{ Id: "1", Code: "InvalidMessageContents", SenderFault: true }],
    }));
    const [good, bad] = [queue.send([wake(0)]), queue.send([wake(1)])];
    await good;
    await expect(bad).rejects.toMatchObject({ code: "invalid" });
    expect(requests).toEqual([2]);
  });

  test("as a whole by one sender's fault is sent again, each sender's part by itself", async () => {
    intercept(async (send, { Entries = [] }) => {
      if (Entries.some(({ MessageBody }) => MessageBody?.includes('"k":1'))) {
        throw Object.assign(new Error("no"), { name: "InvalidMessageContents" });
      }
      return await send();
    });
    const sends = [queue.send([wake(0), wake(5)]), queue.send([wake(1)]), queue.send([wake(2)])];
    expect(await outcomes(sends)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(requests).toEqual([4, 2, 1, 1]);
    expect(await sqsQueueSource(sqs, url).receive(10, 0)).toHaveLength(3);
  });

  test("as a whole through nobody's fault is everybody's failure", async () => {
    intercept(() => Promise.reject(Object.assign(new Error("gone"), { code: "ECONNRESET" })));
    const sends = [0, 1].map((token) => queue.send([wake(token)]));
    await Promise.allSettled(sends);
    for (const send of sends) await expect(send).rejects.toMatchObject({ code: "unavailable" });
    expect(requests).toEqual([2]);
  });

  test("leaves the next send alone", async () => {
    intercept(() => Promise.reject(Object.assign(new Error("gone"), { code: "ECONNRESET" })));
    await expect(queue.send([wake(0)])).rejects.toMatchObject({ code: "unavailable" });
    intercept((send) => send());
    await queue.send([wake(1)]);
    expect(requests).toEqual([1]);
  });
});
