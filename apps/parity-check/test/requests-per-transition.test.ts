import { type AwsClients, awsPorts, createAwsClients, sqsQueueSource } from "@stephooks/aws";
import { type ProvisionedStack, provisionStack } from "@stephooks/aws/provision";
import { silentLogger } from "@stephooks/core";
import { type Emulators, startEmulators } from "@stephooks/emulators";
import { createApp, createHost } from "stephooks/host";
import { afterAll, beforeAll, expect, test } from "vitest";

let emulators: Emulators;
let clients: AwsClients;
let stack: ProvisionedStack;

/** Requests as they leave the SDK, retries included: noted after everything that could still stop or repeat them. */
const wire: { operation: string; input: unknown }[] = [];

function note(commandName: string | undefined, input: unknown): void {
  wire.push({ operation: (commandName ?? "").replace(/Command$/, ""), input });
}

beforeAll(async () => {
  emulators = await startEmulators();
  clients = createAwsClients({
    environment: emulators.environment,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  stack = await provisionStack({ clients, name: "counted", timings: { functionTimeout: 10, visibilityTimeout: 20 } });
  clients.dynamodb.middlewareStack.add(
    (next, context) => (args) => {
      note(context.commandName, args.input);
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  clients.sqs.middlewareStack.add(
    (next, context) => (args) => {
      note(context.commandName, args.input);
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
});
afterAll(async () => {
  clients.dynamodb.destroy();
  clients.sqs.destroy();
  await emulators.stop();
});

test("a fault-free transition is 1 conditional write, at most 1 read and 1 send entry", async () => {
  const app = createApp();
  const workflow = app.createWorkflow("counted", "Three transitions", {
    one: async (_state, goto) => goto("two", { one: 1 }),
    two: async (_state, goto) => goto("three"),
    three: async (_state, goto) => goto(null, { three: 3 }),
  });
  const ports = awsPorts({ clients, table: stack.table, stepQueueUrl: stack.stepQueueUrl, logger: silentLogger });
  const host = createHost(app.init(), ports, {
    engine: { functionTimeout: 10, visibilityTimeout: 20 },
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn: stack.stepDeadLetterArn,
  });
  await workflow.start({ given: true });
  expect(wire.map(({ operation }) => operation)).toEqual(["SendMessageBatch", "PutItem"]);

  const source = sqsQueueSource(clients.sqs, stack.stepQueueUrl);
  for (const last of [false, false, true]) {
    const [message] = await source.receive(1, 10);
    if (message === undefined) throw new Error("no message within 10 s");
    wire.length = 0;
    const event = {
      Records: [
        {
          messageId: message.id,
          receiptHandle: message.receipt,
          body: message.body,
          attributes: { ApproximateReceiveCount: String(message.receiveCount) },
          eventSource: "aws:sqs",
          eventSourceARN: stack.stepQueueArn,
        },
      ],
    };
    expect(await host.handle(event)).toEqual({ batchItemFailures: [] });
    expect(wire.map(({ operation }) => operation)).toEqual([
      "GetItem",
      "UpdateItem",
      ...(last ? [] : ["SendMessageBatch"]),
    ]);
    expect(wire[1]?.input).toMatchObject({
      ConditionExpression: expect.stringMatching(/=/),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    expect(wire[0]?.input).toMatchObject({ ConsistentRead: true });
    if (!last) expect(wire[2]?.input).toMatchObject({ Entries: [expect.anything()] });
    await source.remove([message.receipt]);
  }
});
