import { type DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { HISTORY_CHUNK, HISTORY_LENGTH, type HistoryEntry, type InstanceHistory } from "@stephooks/core";
import { type Item, ItemReader } from "./item-reader.ts";
import { packHistory, unpackHistory } from "./packed-attributes.ts";
import { portErrorFrom } from "./sdk-failure.ts";

/*
 * Entries that left a head together, as one item beside the head: pk `i#<id>`, sk `h#<seq of the first, 12 digits>`, and
 * `h`, the same packed text as in the head.
 */

/** Histories as items of the instances' table. */
export function dynamodbInstanceHistory(client: DynamoDBClient, tableName: string): InstanceHistory {
  return {
    append: async (instance, entries) => {
      const Item = { ...historyKey(instance, entries[0]?.seq ?? 0), h: { S: packHistory(entries) } };
      await attempt("PutItem", () => client.send(new PutItemCommand({ TableName: tableName, Item })));
    },
    read: async (instance, after, limit) => {
      const found: HistoryEntry[] = [];
      let from: Item | undefined;
      do {
        const page = await attempt("Query", () =>
          client.send(
            new QueryCommand(historyQuery({ tableName, instance, after, limit: limit - found.length, from })),
          ),
        );
        found.push(...(page.Items ?? []).flatMap((item) => entriesOf(item, instance)).filter(({ seq }) => seq > after));
        from = page.LastEvaluatedKey;
      } while (from !== undefined && found.length < limit);
      return found.slice(0, limit);
    },
  };
}

interface HistoryRange {
  readonly tableName: string;
  readonly instance: string;
  readonly after: number;
  readonly limit: number;
  readonly from: Item | undefined;
}

function historyQuery({ after, from, instance, limit, tableName }: HistoryRange) {
  // The entry wanted first may stand behind others of its item.
  const { pk, sk } = historyKey(instance, Math.max(0, after + 2 - HISTORY_LENGTH));
  return {
    TableName: tableName,
    KeyConditionExpression: "#pk=:pk AND #sk BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#pk": "pk", "#sk": "sk" },
    ExpressionAttributeValues: { ":pk": pk, ":from": sk, ":to": { S: "h#~" } },
    ConsistentRead: true,
    Limit: Math.ceil(limit / HISTORY_CHUNK) + 2,
    ...(from === undefined ? {} : { ExclusiveStartKey: { ...from } }),
  };
}

function historyKey(instance: string, seq: number) {
  return { pk: { S: `i#${instance}` }, sk: { S: `h#${String(seq).padStart(12, "0")}` } };
}

function entriesOf(item: Item, instance: string): readonly HistoryEntry[] {
  return new ItemReader(item, instance).parsed("h", unpackHistory);
}

async function attempt<Answer>(operation: string, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    throw portErrorFrom(error, operation);
  }
}
