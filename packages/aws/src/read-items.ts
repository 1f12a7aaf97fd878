import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { PortError } from "@stephooks/core";
import type { ItemKey } from "./instance-key.ts";
import type { Item } from "./item-reader.ts";
import { portErrorFrom } from "./sdk-failure.ts";

/** DynamoDB's limit for one BatchGetItem. */
const MAX_KEYS = 100;

/** Rounds of a batch read that bring nothing before it counts as throttled; waits double from this, milliseconds. */
const EMPTY_ROUNDS = 5;
const FIRST_PAUSE = 25;

export interface TableAccess {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Waits between rounds of a batch read. Milliseconds. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** The items of distinct keys, in no order, strongly consistent; absent where there is none. @throws PortError. */
export async function readItems(table: TableAccess, keys: readonly ItemKey[]): Promise<readonly Item[]> {
  if (keys.length > MAX_KEYS) throw tooManyKeys(keys.length);
  return keys[1] === undefined ? readOne(table, keys[0]) : readSeveral(table, keys);
}

async function readOne(table: TableAccess, key: ItemKey | undefined): Promise<readonly Item[]> {
  if (key === undefined) return [];
  const command = new GetItemCommand({ TableName: table.tableName, Key: key, ConsistentRead: true });
  const answer = await attempt("GetItem", () => table.client.send(command));
  return answer.Item === undefined ? [] : [answer.Item];
}

/** DynamoDB leaves keys out when an answer would exceed 16 MB or it is throttled: those are asked for again. */
async function readSeveral(table: TableAccess, wanted: readonly ItemKey[]): Promise<readonly Item[]> {
  const items: Item[] = [];
  let keys: Item[] = wanted.map((key) => ({ ...key }));
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
    `BatchGetItem left ${keys.length} of ${wanted.length} items out, ${EMPTY_ROUNDS} times in a row. Try again later.`,
    { left: keys.length, asked: wanted.length },
  );
}

/** The answer of one call. @throws PortError. */
export async function attempt<Answer>(operation: string, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    throw portErrorFrom(error, operation);
  }
}

function tooManyKeys(count: number): PortError {
  return new PortError("invalid", `${count} items cannot be read at once. Ask for at most ${MAX_KEYS}.`, { count });
}
