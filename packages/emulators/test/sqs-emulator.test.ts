import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rawRequest, startEmulators, startSqsEmulator } from "../src/index.ts";

import { stoppedAfterTest } from "./stopped-after-test.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

async function send(endpoint: string, name: string): Promise<string> {
  const QueueUrl = await create(endpoint, name);
  await rawRequest(endpoint, "AmazonSQS.SendMessage", { QueueUrl, MessageBody: "kept" });
  return QueueUrl;
}

async function create(endpoint: string, QueueName: string): Promise<string> {
  const created = rawRequest<{ QueueUrl: string }>(endpoint, "AmazonSQS.CreateQueue", { QueueName });
  return (await created).QueueUrl;
}

async function queues(endpoint: string): Promise<readonly string[]> {
  return (await rawRequest<{ QueueUrls?: string[] }>(endpoint, "AmazonSQS.ListQueues", {})).QueueUrls ?? [];
}

async function bodies(endpoint: string, QueueUrl: string): Promise<unknown> {
  const answer = rawRequest<{ Messages?: { Body: string }[] }>(endpoint, "AmazonSQS.ReceiveMessage", { QueueUrl });
  return ((await answer).Messages ?? []).map(({ Body }) => Body);
}

describe("an emulator in memory", () => {
  test("answers when the start settles, and no longer after stop, which may be called twice", async () => {
    const emulator = await stoppedAfterTest(startSqsEmulator());
    const url = await send(emulator.endpoint, "orders");
    expect(await bodies(emulator.endpoint, url)).toEqual(["kept"]);
    await emulator.stop();
    await emulator.stop();
    await expect(bodies(emulator.endpoint, url)).rejects.toThrow();
  });

  test("stops while somebody waits for a message", async () => {
    const emulator = await stoppedAfterTest(startSqsEmulator());
    const QueueUrl = await create(emulator.endpoint, "orders");
    const waiting = rawRequest(emulator.endpoint, "AmazonSQS.ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 });
    const ended = Promise.allSettled([waiting]);
    await rawRequest(emulator.endpoint, "AmazonSQS.ListQueues", {});
    await emulator.stop();
    await ended;
  });

  test("gives no message to a client that is gone", async () => {
    const emulator = await stoppedAfterTest(startSqsEmulator());
    const QueueUrl = await create(emulator.endpoint, "orders");
    const gone = new AbortController();
    const waiting = fetch(emulator.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ReceiveMessage" },
      body: JSON.stringify({ QueueUrl, WaitTimeSeconds: 20 }),
      signal: gone.signal,
    });
    await rawRequest(emulator.endpoint, "AmazonSQS.ListQueues", {});
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await rawRequest(emulator.endpoint, "AmazonSQS.ListQueues", {});
    await rawRequest(emulator.endpoint, "AmazonSQS.SendMessage", { QueueUrl, MessageBody: "kept" });
    const late = { QueueUrl, WaitTimeSeconds: 5 };
    const { Messages = [] } = await rawRequest<{ Messages?: { Body: string }[] }>(
      emulator.endpoint,
      "AmazonSQS.ReceiveMessage",
      late,
    );
    expect(Messages.map(({ Body }) => Body)).toEqual(["kept"]);
  });

  test("shares nothing with others of the same process", async () => {
    const [first, second] = await Promise.all([
      stoppedAfterTest(startSqsEmulator()),
      stoppedAfterTest(startSqsEmulator()),
    ]);
    await send(first.endpoint, "only-here");
    expect(await queues(second.endpoint)).toEqual([]);
  });

  test("cannot be reached from outside the machine", async () => {
    const emulator = await stoppedAfterTest(startSqsEmulator());
    const { port } = new URL(emulator.endpoint);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of outside) await expect(send(`http://${address}:${port}`, "orders")).rejects.toThrow();
  });

  test("listens on the port it is given; a taken one fails with what to do", async () => {
    const first = await stoppedAfterTest(startSqsEmulator());
    const port = Number(new URL(first.endpoint).port);
    await expect(startSqsEmulator({ port })).rejects.toMatchObject({
      code: "did-not-start",
      message: expect.stringMatching(/EADDRINUSE.*another port/s),
    });
    await first.stop();
    const second = await stoppedAfterTest(startSqsEmulator({ port }));
    expect(second.endpoint).toBe(first.endpoint);
  });
});

test("an emulator with a directory keeps messages over stop and start, and forgets them when it starts fresh", async () => {
  using directory = temporaryDirectory();
  const dataDir = join(directory.path, "not", "yet", "there");
  const first = await stoppedAfterTest(startSqsEmulator({ dataDir }));
  const url = await send(first.endpoint, "orders");
  await first.stop();
  const second = await stoppedAfterTest(startSqsEmulator({ dataDir }));
  expect(await bodies(second.endpoint, url)).toEqual(["kept"]);
  await second.stop();
  const third = await stoppedAfterTest(startSqsEmulator({ dataDir, fresh: true }));
  expect(await queues(third.endpoint)).toEqual([]);
  await third.stop();
});

describe("both emulators", () => {
  test("keep their data in one directory, which fresh empties", async () => {
    using directory = temporaryDirectory();
    const dataDir = join(directory.path, "data");
    const first = await stoppedAfterTest(startEmulators({ dataDir }));
    const url = await send(first.sqs.endpoint, "orders");
    await first.stop();
    const second = await stoppedAfterTest(startEmulators({ dataDir }));
    expect(await bodies(second.sqs.endpoint, url)).toEqual(["kept"]);
    await second.stop();
    const third = await stoppedAfterTest(startEmulators({ dataDir, fresh: true }));
    expect(await queues(third.sqs.endpoint)).toEqual([]);
    await third.stop();
  });

  test("name the environment in which AWS clients find them", async () => {
    const emulators = await stoppedAfterTest(startEmulators());
    expect(emulators.environment).toMatchObject({
      AWS_ENDPOINT_URL_DYNAMODB: emulators.dynamodb.endpoint,
      AWS_ENDPOINT_URL_SQS: emulators.sqs.endpoint,
    });
    await emulators.stop();
  });

  test("do not leave one running when the other cannot start", async () => {
    using directory = temporaryDirectory();
    const dataDir = join(directory.path, "data");
    const blocker = await stoppedAfterTest(startSqsEmulator());
    const ports = { sqs: Number(new URL(blocker.endpoint).port) };
    await expect(startEmulators({ dataDir, ports })).rejects.toMatchObject({ code: "did-not-start" });
    await blocker.stop();
    // Were the first one still running, its data file would be in use.
    await (await startEmulators({ dataDir })).stop();
  });
});

describe("a message that is put back at once", () => {
  const fifo = { FifoQueue: "true", ContentBasedDeduplication: "true" };

  test.each([
    ["orders", {}, {}],
    ["orders.fifo", fifo, { MessageGroupId: "g" }],
  ])(
    "comes back from an emulator with a directory, and is counted over stop and start: %s",
    async (name, kind, group) => {
      using directory = temporaryDirectory();
      const dataDir = join(directory.path, "data");
      const first = await stoppedAfterTest(startSqsEmulator({ dataDir }));
      const created = { QueueName: name, Attributes: kind };
      const { QueueUrl } = await rawRequest<{ QueueUrl: string }>(first.endpoint, "AmazonSQS.CreateQueue", created);
      await rawRequest(first.endpoint, "AmazonSQS.SendMessage", { QueueUrl, MessageBody: "one", ...group });
      expect(await receiveAndPutBack(first.endpoint, QueueUrl)).toEqual(["one", "1"]);
      expect(await receiveAndPutBack(first.endpoint, QueueUrl)).toEqual(["one", "2"]);
      await first.stop();
      const second = await stoppedAfterTest(startSqsEmulator({ dataDir }));
      expect(await receiveAndPutBack(second.endpoint, QueueUrl)).toEqual(["one", "3"]);
      expect(await receiveAndPutBack(second.endpoint, QueueUrl)).toEqual(["one", "4"]);
      await second.stop();
    },
  );

  interface Received {
    readonly Messages?: readonly {
      readonly Body: string;
      readonly ReceiptHandle: string;
      readonly Attributes: Readonly<Record<string, string>>;
    }[];
  }

  /** Body and receive count of what was received. */
  async function receiveAndPutBack(endpoint: string, QueueUrl: string): Promise<readonly unknown[]> {
    const ask = { QueueUrl, MessageSystemAttributeNames: ["All"] };
    const [message] = (await rawRequest<Received>(endpoint, "AmazonSQS.ReceiveMessage", ask)).Messages ?? [];
    const release = { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 };
    await rawRequest(endpoint, "AmazonSQS.ChangeMessageVisibility", release);
    return [message?.Body, message?.Attributes["ApproximateReceiveCount"]];
  }
});
