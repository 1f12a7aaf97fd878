import { DescribeTableCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, type QueueAttributeName } from "@aws-sdk/client-sqs";
import { sampleHead } from "@stephooks/contracts/suites";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAwsClients, dynamodbInstanceStore, sqsQueueSource, sqsWorkQueue } from "../src/index.ts";
import { provisionStack } from "../src/provision/index.ts";
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
