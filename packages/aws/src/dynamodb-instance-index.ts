import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { type DueEntry, type InstanceIndex, type ListPage, type ListQuery, PortError } from "@stephooks/core";
import { duePartition, idOfPosition, listPartition } from "./index-keys.ts";
import { idOfKey, itemKey } from "./instance-key.ts";
import type { Item } from "./item-reader.ts";
import { portErrorFrom } from "./sdk-failure.ts";

/** Most entries one look at the due index gives. */
const MAX_DUE = 1_000;

/** Most instances of one page. */
const MAX_PAGE = 100;

/** The indexes `due` and `list` of the table. They hold keys only. */
export function dynamodbInstanceIndex(client: DynamoDBClient, tableName: string): InstanceIndex {
  const query = async (input: Omit<QueryCommandInput, "TableName">): Promise<QueryCommandOutput> => {
    try {
      return await client.send(new QueryCommand({ TableName: tableName, ...input }));
    } catch (error) {
      throw portErrorFrom(error, "Query");
    }
  };
  return {
    due: (shard, from, until) => dueEntries(query, { shard, from, until }),
    list: (asked) => listPage(query, asked),
  };
}

type Query = (input: Omit<QueryCommandInput, "TableName">) => Promise<QueryCommandOutput>;

interface DueWindow {
  readonly shard: number;
  readonly from: number;
  readonly until: number;
}

async function dueEntries(query: Query, { from, shard, until }: DueWindow): Promise<readonly DueEntry[]> {
  // Times are whole milliseconds; DynamoDB refuses a range that ends before it begins.
  const last = until - 1;
  if (last < from) return [];
  const entries: DueEntry[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const answer = await query({
      IndexName: "due",
      KeyConditionExpression: "#gp=:gp AND #gs BETWEEN :from AND :last",
      ExpressionAttributeNames: { "#gp": "gp", "#gs": "gs" },
      ExpressionAttributeValues: {
        ":gp": { S: duePartition(shard) },
        ":from": { N: String(from) },
        ":last": { N: String(last) },
      },
      Limit: MAX_DUE - entries.length,
      ExclusiveStartKey: start,
    });
    entries.push(...(answer.Items ?? []).map(toDueEntry));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && entries.length < MAX_DUE);
  return entries;
}

function toDueEntry(item: Item): DueEntry {
  const id = idOfKey(item);
  const at = Number(item.gs?.N);
  if (id === undefined || !Number.isFinite(at)) throw strangeEntry("due", item);
  return { id, at };
}

async function listPage(query: Query, asked: ListQuery): Promise<ListPage> {
  const { cursor, group, limit, workflow } = asked;
  assertPageSize(limit);
  const partition = listPartition(workflow, group);
  const answer = await query({
    IndexName: "list",
    KeyConditionExpression: "#lp=:lp",
    ExpressionAttributeNames: { "#lp": "lp" },
    ExpressionAttributeValues: { ":lp": { S: partition } },
    ScanIndexForward: false,
    // One more than asked for tells whether there is a next page. So few keys never fill DynamoDB's 1 MB.
    Limit: limit + 1,
    ExclusiveStartKey: cursor === undefined ? undefined : startKey(cursor, partition),
  });
  const found = answer.Items ?? [];
  const page = found.slice(0, limit);
  const ids = page.map((item) => {
    const id = idOfKey(item);
    if (id === undefined) throw strangeEntry("list", item);
    return id;
  });
  const last = found.length > limit ? page.at(-1)?.ls?.S : undefined;
  return last === undefined ? { ids } : { ids, cursor: Buffer.from(last).toString("base64url") };
}

/** A cursor holds a position only, so one of another list, or a forged one, shows nothing that was not asked for. */
function startKey(cursor: string, partition: string): Record<string, AttributeValue> {
  const position = Buffer.from(cursor, "base64url").toString();
  const id = idOfPosition(position);
  if (id === undefined || Buffer.from(position).toString("base64url") !== cursor) {
    throw new PortError("invalid", "The cursor is not one that a page ended with. Begin at the first page.");
  }
  return { ...itemKey(id), lp: { S: partition }, ls: { S: position } };
}

function assertPageSize(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return;
  throw new PortError("invalid", `A page of ${limit} instances is refused: ask for 1 to ${MAX_PAGE}.`, { limit });
}

function strangeEntry(index: string, item: Item): PortError {
  return new PortError(
    "corrupt",
    `Index ${index} holds an entry that is no instance's: something else wrote its item.`,
    { index, key: item.pk?.S },
  );
}
