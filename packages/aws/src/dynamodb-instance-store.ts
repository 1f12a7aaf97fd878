import { setTimeout as systemPause } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { InstanceHead, InstanceStore, WriteResult } from "@stephooks/core";
import { headExpressions } from "./head-expressions.ts";
import { decodeInstanceItem, encodeInstanceItem } from "./instance-item-codec.ts";
import { itemKey } from "./instance-key.ts";
import type { Item } from "./item-reader.ts";
import { readItems, type TableAccess } from "./read-items.ts";
import { portErrorFrom } from "./sdk-failure.ts";

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
      const items = await readItems(
        table,
        [...new Set(ids)].map((id) => itemKey(id)),
      );
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
      return client.send(command).then(applied, refused("UpdateItem"));
    },
  };
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
  return table.client.send(command).then(applied, refused("PutItem"));
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
