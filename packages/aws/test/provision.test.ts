import { DescribeTableCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import {
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SendMessageCommand,
  type SetQueueAttributesCommandInput,
} from "@aws-sdk/client-sqs";
import { sampleHead } from "@stephooks/contracts/suites";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAwsClients, dynamodbInstanceStore, sqsJobQueue, sqsQueueSource, sqsWorkQueue } from "../src/index.ts";
import { provisionSourceQueue, provisionStack } from "../src/provision/index.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

let world: EmulatedStack;
beforeAll(async () => {
  world = await emulatedStack();
});
afterAll(() => world.dispose());

const timings = { functionTimeout: 70, visibilityTimeout: 100 };

test("the table is on demand, with both sparse indexes and its time to live", async () => {
  const { dynamodb } = world.clients;
  const { table } = await provisionStack({ clients: world.clients, name: "layout", timings });
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }));
  expect(Table).toMatchObject({
    TableStatus: "ACTIVE",
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    KeySchema: keys("pk", "sk"),
  });
  const indexes = Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => {
    return [IndexName, KeySchema, Projection?.ProjectionType];
  });
  expect(indexes?.toSorted()).toEqual([
    ["due", keys("gp", "gs"), "KEYS_ONLY"],
    ["list", keys("lp", "ls"), "KEYS_ONLY"],
  ]);
  const ttl = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: table }));
  expect(ttl.TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: "ENABLED", AttributeName: "ttl" });
});

test("the step queue keeps messages two weeks and hands exhausted ones to its dead-letter queue", async () => {
  const stack = await provisionStack({ clients: world.clients, name: "queues", timings });
  expect(stack.stepQueueArn).toMatch(/:queues-steps$/);
  expect(stack.stepDeadLetterArn).toMatch(/:queues-steps-dlq$/);
  const attributes = await attributesOf(stack.stepQueueUrl);
  expect(attributes).toMatchObject({ MessageRetentionPeriod: "1209600", VisibilityTimeout: "100" });
  expect(JSON.parse(attributes?.RedrivePolicy ?? "")).toEqual({
    deadLetterTargetArn: stack.stepDeadLetterArn,
    maxReceiveCount: 10,
  });
  expect(await attributesOf(stack.stepDeadLetterUrl)).toMatchObject({ MessageRetentionPeriod: "1209600" });
});

describe("an app with workers", () => {
  test("gets a FIFO queue for its jobs with a dead-letter queue, deduplicated by lane", async () => {
    const stack = await provisionStack({ clients: world.clients, name: "jobs", timings, jobs: true });
    expect(stack.jobQueueArn).toMatch(/:jobs-jobs\.fifo$/);
    expect(stack.jobDeadLetterArn).toMatch(/:jobs-jobs-dlq\.fifo$/);
    const fifo = {
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
      MessageRetentionPeriod: "1209600",
      VisibilityTimeout: "100",
    };
    const attributes = await attributesOf(stack.jobQueueUrl ?? "");
    expect(attributes).toMatchObject(fifo);
    expect(JSON.parse(attributes?.RedrivePolicy ?? "")).toEqual({
      deadLetterTargetArn: stack.jobDeadLetterArn,
      maxReceiveCount: 1_000,
    });
    expect(await attributesOf(stack.jobDeadLetterUrl ?? "")).toMatchObject(fifo);
  });

  test("keeps its jobs when it is provisioned again with other timings", async () => {
    const { clients } = world;
    const first = await provisionStack({ clients, name: "more-jobs", timings, jobs: true });
    const [queueUrl, deadLetterUrl] = [first.jobQueueUrl ?? "", first.jobDeadLetterUrl ?? ""];
    const job = { id: "j", item: "j", topic: "t", payload: 1, createdAt: 1 };
    await sqsJobQueue(clients.sqs, { queueUrl, deadLetterUrl }).send([{ job, slot: 0 }]);
    const again = { clients, name: "more-jobs", timings: { ...timings, visibilityTimeout: 930 }, jobs: true };
    const watched = watchChanges();
    expect(await provisionStack(again)).toEqual(first);
    // SQS knows FifoQueue at a queue's creation only.
    expect(watched()).toEqual(Array.from({ length: 4 }, () => ({ VisibilityTimeout: "930" })));
    expect(await attributesOf(queueUrl)).toMatchObject({ VisibilityTimeout: "930" });
    expect(await sqsQueueSource(clients.sqs, queueUrl).receive(10, 0)).toHaveLength(1);
  });

  test("may come to be one later, and without workers no job queue is named", async () => {
    const options = { clients: world.clients, name: "later", timings };
    const first = await provisionStack(options);
    expect(Object.keys(first).filter((name) => name.startsWith("job"))).toEqual([]);
    expect(await provisionStack({ ...options, jobs: true })).toMatchObject(first);
  });
});

describe("a queue of another owner", () => {
  const arnOf = (name: string): string => `arn:aws:sqs:eu-west-1:123456789012:${name}`;

  test("is made under the name in its ARN, and is known by that ARN", async () => {
    const { clients } = world;
    const { arn, url } = await provisionSourceQueue(clients, arnOf("incoming"), timings);
    expect(arn).toBe(arnOf("incoming"));
    expect(await attributesOf(url)).toMatchObject({ VisibilityTimeout: "100" });
    expect(await attributesOf(url)).not.toHaveProperty("FifoQueue");
    expect(await provisionSourceQueue(clients, arnOf("incoming"), timings)).toEqual({ arn, url });
  });

  test("may be a FIFO queue, which takes messages without a deduplication id", async () => {
    const { clients } = world;
    const { url } = await provisionSourceQueue(clients, arnOf("incoming.fifo"), timings);
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "a", MessageGroupId: "g" }));
    expect(await sqsQueueSource(clients.sqs, url).receive(10, 0)).toMatchObject([{ body: "a", group: "g" }]);
  });

  test.each([
    "",
    "incoming",
    "arn:aws:sns:eu-west-1:123456789012:topic",
    arnOf("a b"),
    arnOf("x".repeat(81)),
    arnOf("a.b"),
  ])("cannot have the ARN %j", async (arn) => {
    await expect(provisionSourceQueue(world.clients, arn, timings)).rejects.toMatchObject({
      code: "provision-failed",
    });
  });
});

test("provisioning again keeps data and brings the queues to the new timings", async () => {
  const { clients } = world;
  const first = await provisionStack({ clients, name: "again", timings });
  const head = sampleHead();
  await dynamodbInstanceStore(clients.dynamodb, first.table).create(head);
  const message = { kind: "wake", instance: "a", token: 1, dutiesDone: true } as const;
  await sqsWorkQueue(clients.sqs, first.stepQueueUrl).send([{ message, delaySeconds: 0 }]);

  const second = await provisionStack({ clients, name: "again", timings: { ...timings, visibilityTimeout: 930 } });

  expect(second).toEqual(first);
  expect(await attributesOf(second.stepQueueUrl)).toMatchObject({ VisibilityTimeout: "930" });
  expect(await dynamodbInstanceStore(clients.dynamodb, second.table).read([head.id])).toEqual(
    new Map([[head.id, head]]),
  );
  expect(await sqsQueueSource(clients.sqs, second.stepQueueUrl).receive(10, 0)).toHaveLength(1);
});

test("provisioning at the same time from two places succeeds for both", async () => {
  const options = { clients: world.clients, name: "twice", timings };
  const [one, other] = await Promise.all([provisionStack(options), provisionStack(options)]);
  expect(one).toEqual(other);
});

test.each(["", "ab", "a b", "x".repeat(71), "orders/1"])("the name %j is refused", async (name) => {
  await expect(provisionStack({ clients: world.clients, name, timings })).rejects.toMatchObject({
    code: "provision-failed",
  });
});

test("an endpoint that does not answer fails with what to do", async () => {
  const clients = createAwsClients({
    dynamodbEndpoint: "http://127.0.0.1:1",
    sqsEndpoint: "http://127.0.0.1:1",
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await expect(provisionStack({ clients, name: "nowhere", timings })).rejects.toMatchObject({
    code: "provision-failed",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

function keys(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: "HASH" },
    { AttributeName: sort, KeyType: "RANGE" },
  ];
}

async function attributesOf(url: string): Promise<Partial<Record<QueueAttributeName, string>> | undefined> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
  return (await world.clients.sqs.send(command)).Attributes;
}

/** What queues are told to change, from now on. */
function watchChanges(): () => readonly unknown[] {
  const { middlewareStack } = world.clients.sqs;
  const changes: unknown[] = [];
  middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === "SetQueueAttributesCommand") {
          changes.push((args.input as SetQueueAttributesCommandInput).Attributes);
        }
        return next(args);
      },
    { step: "initialize", name: "changes" },
  );
  return () => {
    middlewareStack.remove("changes");
    return changes;
  };
}
