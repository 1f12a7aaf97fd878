import { setTimeout as systemPause } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type Clock,
  type InstanceHead,
  type InstanceStore,
  isExpired,
  parseBranchId,
  systemClock,
  type WriteResult,
} from "@stephooks/core";
import { headExpressions } from "./head-expressions.ts";
import { decodeInstanceItem, encodeInstanceItem } from "./instance-item-codec.ts";
import { itemKey } from "./instance-key.ts";
import type { Item } from "./item-reader.ts";
import { readItems, type TableAccess } from "./read-items.ts";
import { portErrorFrom } from "./sdk-failure.ts";

export interface InstanceStoreOptions {
  /** Waits between rounds of a batch read. Milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  /** Tells which instances have expired: DynamoDB removes them some days later. Default: the machine's. */
  readonly clock?: Clock;
}

/** Instances as items of one DynamoDB table; every write is one conditional write of one item. */
export function dynamodbInstanceStore(
  client: DynamoDBClient,
  tableName: string,
  options: InstanceStoreOptions = {},
): InstanceStore {
  const { clock = systemClock } = options;
  const table: TableAccess = { client, tableName, pause: options.pause ?? systemPause };
  return {
    read: async (ids) => {
      const items = await readItems(
        table,
        [...new Set(ids)].map((id) => itemKey(id)),
      );
      const heads = items.map((item) => decodeInstanceItem(item)).filter((head) => !isExpired(head, clock.now()));
      return new Map(heads.map((head) => [head.id, head]));
    },
    create: (head) => create(table, head, clock),
    update: async (id, update, condition) => {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: itemKey(id),
        ...headExpressions(id, update, condition),
        // Only whoever records a result must see the others': the last one joins.
        ReturnValues: update.result === undefined ? "NONE" : "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      return client.send(command).then(applied, refused("UpdateItem"));
    },
  };
}

async function create(table: TableAccess, head: InstanceHead, clock: Clock): Promise<WriteResult> {
  const written = await put(table, head);
  const inTheWay = written.ok ? undefined : written.current;
  if (inTheWay === undefined || !isExpired(inTheWay, clock.now())) return written;
  return put(table, head, inTheWay);
}

/** Stores a head where there is none, or in the place of one that has expired. */
async function put(table: TableAccess, head: InstanceHead, expired?: InstanceHead): Promise<WriteResult> {
  const place = expired === undefined ? freePlace(head) : placeOf(expired);
  const command = new PutItemCommand({
    TableName: table.tableName,
    Item: encodeInstanceItem(head),
    ...place,
    ReturnValues: "NONE",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  return table.client.send(command).then(applied, refused("PutItem"));
}

type PlaceCondition = Pick<
  PutItemCommandInput,
  "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

/** Nothing is there or, for a branch's record, only what another start has left. */
function freePlace({ id, startId }: InstanceHead): PlaceCondition {
  if (parseBranchId(id) === undefined) {
    return { ConditionExpression: "attribute_not_exists(#pk)", ExpressionAttributeNames: { "#pk": "pk" } };
  }
  return {
    ConditionExpression: "attribute_not_exists(#pk) OR #sid <> :sid",
    ExpressionAttributeNames: { "#pk": "pk", "#sid": "sid" },
    ExpressionAttributeValues: { ":sid": { S: startId } },
  };
}

function placeOf({ expiresAt = 0, startId }: InstanceHead): PlaceCondition {
  return {
    ConditionExpression: "attribute_not_exists(#pk) OR (#ttl = :ttl AND #sid = :sid)",
    ExpressionAttributeNames: { "#pk": "pk", "#ttl": "ttl", "#sid": "sid" },
    ExpressionAttributeValues: { ":ttl": { N: String(expiresAt / 1_000) }, ":sid": { S: startId } },
  };
}

function applied({ Attributes }: { readonly Attributes?: Item | undefined }): WriteResult {
  return Attributes === undefined ? { ok: true } : { ok: true, stored: decodeInstanceItem(Attributes) };
}

/** A failed condition is an answer: the item as it stood in the way. */
function refused(operation: string): (error: unknown) => WriteResult {
  return (error) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw portErrorFrom(error, operation);
    return { ok: false, current: error.Item === undefined ? undefined : decodeInstanceItem(error.Item) };
  };
}
