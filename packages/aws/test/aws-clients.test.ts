import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { createServer } from "node:net";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { describe, expect, onTestFinished, test } from "vitest";
import { createAwsClients, dynamodbInstanceStore, sqsQueueSource } from "../src/index.ts";

const fixed = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

describe("a service that takes connections and never answers", () => {
  /** Its endpoint, and how often it was connected to. */
  async function silentService(): Promise<{ readonly endpoint: string; connections(): number }> {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.on("error", () => socket.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    return { endpoint: `http://127.0.0.1:${port}`, connections: () => connections };
  }

  test("is given up after three attempts, each within its limit", async () => {
    const service = await silentService();
    const { dynamodb } = createAwsClients({ ...fixed, dynamodbEndpoint: service.endpoint, requestTimeout: 100 });
    const read = dynamodbInstanceStore(dynamodb, "any").read(["a"]);
    await expect(read).rejects.toMatchObject({ code: "timeout", mayHaveApplied: true });
    expect(service.connections()).toBe(3);
  });

  test("is waited for as long as a long poll lasts, and can be left at once", async () => {
    const service = await silentService();
    const { sqs } = createAwsClients({ ...fixed, sqsEndpoint: service.endpoint, requestTimeout: 50 });
    const stop = new AbortController();
    const receiving = sqsQueueSource(sqs, "http://queue.invalid/q", { signal: stop.signal }).receive(1, 20);
    setTimeout(() => stop.abort(), 400);
    expect(await receiving).toEqual([]);
    expect(service.connections()).toBe(1);
  });
});

test("endpoints come from the options before the environment", async () => {
  const clients = createAwsClients({
    ...fixed,
    sqsEndpoint: "http://127.0.0.1:2",
    environment: { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1", AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:3" },
  });
  expect(await clients.sqs.config.endpoint?.()).toMatchObject({ port: 2 });
  expect(await clients.dynamodb.config.endpoint?.()).toMatchObject({ port: 3 });
});

test("without an endpoint the clients talk to AWS", () => {
  const clients = createAwsClients({ ...fixed, environment: {} });
  expect(clients.sqs.config.isCustomEndpoint).not.toBe(true);
  expect(clients.dynamodb.config.isCustomEndpoint).not.toBe(true);
});

test("the clients are open to middleware", async () => {
  const { sqs } = createAwsClients({ ...fixed, environment: {} });
  sqs.middlewareStack.add(() => async () => ({ output: { $metadata: {}, QueueUrls: ["seen"] }, response: {} }), {
    step: "initialize",
  });
  expect(await sqs.send(new ListQueuesCommand({}))).toMatchObject({ QueueUrls: ["seen"] });
});

test("what a request begins belongs to the clients, not to the invocation that sent it", async () => {
  const { sqs } = createAwsClients({ ...fixed, environment: {} });
  const invocations = new AsyncLocalStorage<string>();
  const inside: unknown[] = [];
  sqs.middlewareStack.add(
    () => async () => {
      inside.push(invocations.getStore());
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside.push(invocations.getStore());
      return { output: { $metadata: {} }, response: {} };
    },
    { step: "build" },
  );
  const after = await invocations.run("first", async () => {
    await sqs.send(new ListQueuesCommand({}));
    return invocations.getStore();
  });
  expect(inside).toEqual([undefined, undefined]);
  expect(after).toBe("first");
});
