import { setTimeout as pause } from "node:timers/promises";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type TableDescription,
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
  if ((await describe(client, name)) === undefined) await createTable(client, name);
  assertIndexes(await untilActive(client, name), name);
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
  const { partitionKey, sortKey, indexes, localIndexes } = tableDefinition;
  const keys = [
    partitionKey,
    sortKey,
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
    ...localIndexes.map((index) => index.sortKey),
  ];
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
    LocalSecondaryIndexes: localIndexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(partitionKey, index.sortKey),
      Projection: { ProjectionType: "ALL" },
    })),
  };
}

function keySchema(partitionKey: AttributeDefinition, sortKey: AttributeDefinition) {
  return [
    { AttributeName: partitionKey.name, KeyType: "HASH" as const },
    { AttributeName: sortKey.name, KeyType: "RANGE" as const },
  ];
}

async function untilActive(client: DynamoDBClient, name: string): Promise<TableDescription> {
  const deadline = Date.now() + ACTIVE_LIMIT;
  for (let wait = FIRST_PAUSE; ; wait = Math.min(LONGEST_PAUSE, wait * 2)) {
    const table = await describe(client, name);
    const status = table?.TableStatus;
    // A table that is being changed takes writes, too.
    if (table && (status === "ACTIVE" || status === "UPDATING")) return table;
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

/** A table of an earlier version cannot be given its local indexes any more. */
function assertIndexes(table: TableDescription, name: string): void {
  const present = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const names = new Set(present.map((index) => index.IndexName));
  const missing = [...tableDefinition.indexes, ...tableDefinition.localIndexes].find((index) => !names.has(index.name));
  if (missing === undefined) return;
  throw new AwsError(
    "provision-failed",
    `Table ${name} has no index "${missing.name}": another version created it. Start with a new table (the local stack: --fresh).`,
    { table: name, index: missing.name },
  );
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    const answer = await client.send(new DescribeTableCommand({ TableName: name }));
    return answer.Table;
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
