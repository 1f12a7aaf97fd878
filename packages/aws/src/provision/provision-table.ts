import { setTimeout as pause } from "node:timers/promises";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../aws-error.ts";
import { type AttributeDefinition, tableDefinition } from "../resources/index.ts";
import { failureName } from "../sdk-failure.ts";

/** AWS creates a table with two indexes within half a minute. Milliseconds. */
const ACTIVE_LIMIT = 120_000;
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 2_000;

/** Creates the table when it is missing, waits until it takes writes, and turns on its time to live. */
export async function provisionTable(client: DynamoDBClient, name: string): Promise<void> {
  if ((await tableStatus(client, name)) === undefined) await createTable(client, name);
  await untilActive(client, name);
  await enableTimeToLive(client, name);
}

async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(createTableInput(name)));
  } catch (error) {
    // Somebody else created it since we looked.
    if (failureName(error) !== "ResourceInUseException") throw error;
  }
}

function createTableInput(name: string): CreateTableCommandInput {
  const { partitionKey, sortKey, indexes } = tableDefinition;
  const keys = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
    KeySchema: keySchema(partitionKey, sortKey),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: "KEYS_ONLY" },
    })),
  };
}

function keySchema(partitionKey: AttributeDefinition, sortKey: AttributeDefinition) {
  return [
    { AttributeName: partitionKey.name, KeyType: "HASH" as const },
    { AttributeName: sortKey.name, KeyType: "RANGE" as const },
  ];
}

async function untilActive(client: DynamoDBClient, name: string): Promise<void> {
  const deadline = Date.now() + ACTIVE_LIMIT;
  for (let wait = FIRST_PAUSE; ; wait = Math.min(LONGEST_PAUSE, wait * 2)) {
    const status = await tableStatus(client, name);
    // A table that is being changed takes writes, too.
    if (status === "ACTIVE" || status === "UPDATING") return;
    if (Date.now() > deadline) {
      throw new AwsError(
        "provision-failed",
        `Table ${name} is ${status ?? "not there"}, not ACTIVE. Look at it in the console, then try again.`,
        { table: name },
      );
    }
    await pause(wait);
  }
}

async function tableStatus(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    const answer = await client.send(new DescribeTableCommand({ TableName: name }));
    return answer.Table?.TableStatus;
  } catch (error) {
    if (failureName(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

async function enableTimeToLive(client: DynamoDBClient, name: string): Promise<void> {
  const answer = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  const status = answer.TimeToLiveDescription?.TimeToLiveStatus;
  if (status === "ENABLED" || status === "ENABLING") return;
  const specification = { Enabled: true, AttributeName: tableDefinition.ttlAttribute };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: specification }));
}
