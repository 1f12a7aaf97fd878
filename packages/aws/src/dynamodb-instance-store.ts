import { setTimeout as systemPause } from "node:timers/promises";
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type InstanceHead, type InstanceStore, PortError, type WriteResult } from "@stephooks/core";
import { headExpressions } from "./head-expressions.ts";
import { decodeInstanceItem, encodeInstanceItem } from "./instance-item-codec.ts";
import { itemKey } from "./instance-key.ts";
import type { Item } from "./item-reader.ts";
import { portErrorFrom } from "./sdk-failure.ts";

/** DynamoDB's limit for one BatchGetItem. */
const MAX_IDS = 100;

/** Rounds of a batch read that bring nothing before it counts as throttled; waits double from this, milliseconds. */
const EMPTY_ROUNDS = 5;
const FIRST_PAUSE = 25;

export interface InstanceStoreOptions {
  /** Waits between rounds of a batch read. Milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Instances as items of one DynamoDB table; every write is one conditional write of one item. */
export function dynamodbInstanceStore(
  client: DynamoDBClient,
  tableName: string,
  options: InstanceStoreOptions = {},
): InstanceStore {
  const table: TableAccess = { client, tableName, pause: options.pause ?? systemPause };
  return {
    read: async (ids) => {
      const wanted = [...new Set(ids)];
      if (wanted.length > MAX_IDS) throw tooManyIds(wanted.length);
      const items = wanted[1] === undefined ? await readOne(table, wanted[0]) : await readSeveral(table, wanted);
      return new Map(items.map((item) => decodeInstanceItem(item)).map((head) => [head.id, head]));
    },
    create: (head) => create(table, head),
    update: async (id, update, condition) => {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: itemKey(id),
        ...headExpressions(id, update, condition),
        // Only whoever records a result must see the others': the last one joins.
        ReturnValues: update.result === undefined ? "NONE" : "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      return await conditionalWrite("UpdateItem", () => client.send(command));
    },
  };
}

interface TableAccess {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

async function readOne(table: TableAccess, id: string | undefined): Promise<readonly Item[]> {
  if (id === undefined) return [];
  const command = new GetItemCommand({ TableName: table.tableName, Key: itemKey(id), ConsistentRead: true });
  const answer = await attempt("GetItem", () => table.client.send(command));
  return answer.Item === undefined ? [] : [answer.Item];
}

/** DynamoDB leaves keys out when an answer would exceed 16 MB or it is throttled: those are asked for again. */
async function readSeveral(table: TableAccess, ids: readonly string[]): Promise<readonly Item[]> {
  const items: Item[] = [];
  let keys: Item[] = ids.map((id) => ({ ...itemKey(id) }));
  for (let emptyRounds = 0; emptyRounds < EMPTY_ROUNDS;) {
    const request = { [table.tableName]: { Keys: keys, ConsistentRead: true } };
    const command = new BatchGetItemCommand({ RequestItems: request });
    const answer = await attempt("BatchGetItem", () => table.client.send(command));
    const found = answer.Responses?.[table.tableName] ?? [];
    items.push(...found);
    const left = answer.UnprocessedKeys?.[table.tableName]?.Keys ?? [];
    if (left.length === 0) return items;
    if (left.length < keys.length) {
      emptyRounds = 0;
    } else {
      await table.pause(FIRST_PAUSE * 2 ** emptyRounds);
      emptyRounds += 1;
    }
    keys = left;
  }
  throw new PortError(
    "throttled",
    `BatchGetItem left ${keys.length} of ${ids.length} instances out, ${EMPTY_ROUNDS} times in a row. Try again later.`,
    { left: keys.length, asked: ids.length },
  );
}

async function create(table: TableAccess, head: InstanceHead): Promise<WriteResult> {
  const command = new PutItemCommand({
    TableName: table.tableName,
    Item: encodeInstanceItem(head),
    ConditionExpression: "attribute_not_exists(#pk)",
    ExpressionAttributeNames: { "#pk": "pk" },
    ReturnValues: "NONE",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  return await conditionalWrite("PutItem", () => table.client.send(command));
}

interface WriteAnswer {
  readonly Attributes?: Item | undefined;
}

/** A failed condition is an answer: the item as it stood in the way. */
async function conditionalWrite(operation: string, send: () => Promise<WriteAnswer>): Promise<WriteResult> {
  const answer = await send().catch((error: unknown) => {
    if (error instanceof ConditionalCheckFailedException) return error;
    throw portErrorFrom(error, operation);
  });
  if (answer instanceof ConditionalCheckFailedException) {
    return { ok: false, current: answer.Item === undefined ? undefined : decodeInstanceItem(answer.Item) };
  }
  return answer.Attributes === undefined ? { ok: true } : { ok: true, stored: decodeInstanceItem(answer.Attributes) };
}

async function attempt<Answer>(operation: string, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    throw portErrorFrom(error, operation);
  }
}

function tooManyIds(count: number): PortError {
  return new PortError("invalid", `${count} instances cannot be read at once. Ask for at most ${MAX_IDS}.`, { count });
}
