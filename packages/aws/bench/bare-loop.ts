import {
  type AttributeValue,
  BatchGetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { AwsClients } from "../src/index.ts";

type Item = Readonly<Record<string, AttributeValue>>;

interface Wake {
  readonly i: string;
  readonly k: number;
}

/** What changes in a transition; everything else is written back as it was read. */
const written = ["n", "k", "kp", "s", "pst", "v", "a", "at", "st", "x", "u", "sc", "h"] as const;

export interface BareLoopOptions {
  readonly clients: AwsClients;
  /** Name of the table. */
  readonly table: string;
  readonly stepQueueUrl: string;
}

/**
 * What `pnpm bench` compares the engine with: the same requests as a transition of the engine, with the same number and
 * size of attributes, in as little code as they can be made. No decisions, no checks, nothing computed but the next
 * token. Takes the text of an SQS event; its instances must be of the benchmark's workflow, one message each.
 */
export function bareLoop({ clients, stepQueueUrl, table }: BareLoopOptions): (event: string) => Promise<unknown> {
  const [TableName, QueueUrl] = [table, stepQueueUrl];
  return async (text) => {
    const event: { readonly Records: readonly { readonly body: string }[] } = JSON.parse(text);
    const wakes = event.Records.map(({ body }): Wake => JSON.parse(body));
    const Keys = wakes.map(({ i }) => keyOf(i));
    const answer = await clients.dynamodb.send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
    );
    const items = new Map(answer.Responses?.[TableName]?.map((item) => [item["pk"]?.S, item]));
    await Promise.all(
      wakes.map(({ i, k }) =>
        clients.dynamodb.send(new UpdateItemCommand(update(TableName, i, k, items.get(`i#${i}`) ?? {}))),
      ),
    );
    const Entries = wakes.map(({ i, k }, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify({ v: 1, q: "w", i, k: k + 1, dd: 1 }),
      DelaySeconds: 0,
    }));
    await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    return { batchItemFailures: [] };
  };
}

function keyOf(id: string): Record<string, AttributeValue> {
  return { pk: { S: `i#${id}` }, sk: { S: "a" } };
}

function update(TableName: string, id: string, token: number, item: Item): UpdateItemCommandInput {
  const next = { N: String(token + 1) };
  const values = Object.fromEntries(written.map((name) => [`:${name}`, item[name] ?? { S: "lap" }]));
  return {
    TableName,
    Key: keyOf(id),
    UpdateExpression: `SET ${written.map((name) => `#${name}=:${name}`).join(",")},#d.#d0=:d0 REMOVE #sm`,
    ConditionExpression: "#st IN (:st0) AND #n=:n0",
    ExpressionAttributeNames: {
      ...Object.fromEntries(written.map((name) => [`#${name}`, name])),
      "#sm": "sm",
      "#d": "d",
      "#d0": "lap",
    },
    ExpressionAttributeValues: {
      ...values,
      ":n": next,
      ":k": next,
      ":kp": { N: String(token) },
      ":v": next,
      ":d0": { S: String(token + 1) },
      ":st0": { S: "R" },
      ":n0": { N: String(token) },
    },
    ReturnValues: "NONE",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}
