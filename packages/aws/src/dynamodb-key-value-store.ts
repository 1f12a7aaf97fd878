import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type AddResult,
  assertKeyPlace,
  type Clock,
  type JsonValue,
  type KeyPlace,
  type KeyValueEntry,
  type KeyValueStore,
  PortError,
  type Random,
  randomHex,
  systemClock,
  systemRandom,
} from "@stephooks/core";
import { setTimeout as systemPause } from "node:timers/promises";
import { CallSlots } from "./call-slots.ts";
import { keyspacePartition, SHARDS, valueKey } from "./document-key.ts";
import type { Item } from "./item-reader.ts";
import { sentOnce, watchLostAnswers } from "./lost-answers.ts";
import { mergedPages } from "./merged-pages.ts";
import { attempt, readItems, type TableAccess } from "./read-items.ts";
import { type ListedTable, QUERIES_AT_ONCE, shardPages } from "./shard-pages.ts";

export interface KeyValueStoreOptions {
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Tries of a removal whose answers are lost: as many as the SDK makes of other calls. */
const MAX_SENDS = 3;

/** Tries of one addition to an entry that expires or comes into being meanwhile. */
const MAX_TRIES = 10;

/**
 * Values as items of one DynamoDB table. A keyspace has 16 partitions; a key is found by itself. Numbers are kept as
 * DynamoDB's own, so that adding is one atomic update.
 */
export function dynamodbKeyValueStore(
  client: DynamoDBClient,
  tableName: string,
  { clock = systemClock, random = systemRandom }: KeyValueStoreOptions = {},
): KeyValueStore {
  const table: ListedTable = { client, tableName, pause: systemPause, slots: new CallSlots(QUERIES_AT_ONCE) };
  return {
    get: async (place) => {
      assertKeyPlace(place);
      const [item] = await readItems(table, [valueKey(place)]);
      return item && live(decodeEntry(item), clock);
    },
    set: async (place, value, expiresAt) => {
      assertKeyPlace(place);
      const item = { ...valueKey(place), ...valueAttribute(value), ...expiryAttributes(expiresAt) };
      await putValue(item, randomHex(random, 5), table);
    },
    add: async (place, amount, expiresAt) => {
      assertKeyPlace(place);
      return addTo(place, { amount, expiresAt }, table, clock);
    },
    remove: async (place) => {
      assertKeyPlace(place);
      const item = await takeValue(place, table);
      return item && live(decodeEntry(item), clock);
    },
    list: (keyspace, prefix, reverse = false) => entryPages({ keyspace, prefix, reverse }, table, clock),
  };
}

/**
 * The SDK repeats a put whose answer was lost. It is refused where its own earlier try stands, so that a count that came
 * on top of that is not undone.
 */
async function putValue(item: Item, token: string, { client, tableName }: TableAccess): Promise<void> {
  const command = new PutItemCommand({
    TableName: tableName,
    Item: { ...item, w: { S: token } },
    ConditionExpression: "attribute_not_exists(#w) OR #w <> :w",
    ExpressionAttributeNames: { "#w": "w" },
    ExpressionAttributeValues: { ":w": { S: token } },
  });
  const answers = watchLostAnswers(command, "PutItem");
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw answers.failure(error);
  }
}

/**
 * Removes what is there and answers it.
 *
 * @throws PortError `unavailable` or `timeout` when an answer was lost and nothing is there since: whoever takes a value
 *   must not hear that there was none.
 */
async function takeValue(place: KeyPlace, table: TableAccess): Promise<Item | undefined> {
  let lost: unknown;
  for (let sends = 0; sends < MAX_SENDS; sends++) {
    const Key = valueKey(place);
    const command = new DeleteItemCommand({ TableName: table.tableName, Key, ReturnValues: "ALL_OLD" });
    try {
      const send = () => sentOnce(command, "DeleteItem", () => table.client.send(command));
      const { Attributes } = await attempt("DeleteItem", send);
      if (Attributes !== undefined || lost === undefined) return Attributes;
      throw lost;
    } catch (error) {
      if (error === lost || !isUncertain(error)) throw lost ?? error;
      lost = error;
    }
  }
  throw lost;
}

function isUncertain(error: unknown): boolean {
  return error instanceof PortError && error.mayHaveApplied;
}

interface Addition {
  readonly amount: number;
  readonly expiresAt: number | undefined;
}

/** Adds where a number or nothing is; an entry whose time is over is replaced. */
async function addTo(place: KeyPlace, addition: Addition, table: TableAccess, clock: Clock): Promise<AddResult> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const now = clock.now();
    const added = await increment(place, addition, table, now);
    if (added.value !== undefined) return { ok: true, value: added.value };
    const present = added.current;
    if (present === undefined) continue;
    const { expiresAt, value } = decodeEntry(present);
    if (expiresAt === undefined || expiresAt > now) {
      return { ok: false, reason: typeof value === "number" ? "out-of-range" : "not-a-number" };
    }
    if (await restart(place, addition, table, expiresAt)) return { ok: true, value: addition.amount };
  }
  throw new PortError("throttled", `The value "${place.key}" is being replaced by others. Try again later.`);
}

interface Increment {
  readonly value?: number;
  /** What refused it. */
  readonly current?: Item | undefined;
}

async function increment(
  place: KeyPlace,
  { amount, expiresAt }: Addition,
  { client, tableName }: TableAccess,
  now: number,
): Promise<Increment> {
  const renewal = expiresAt === undefined ? "" : "SET #x = :x, #ttl = :ttl ";
  const command = new UpdateItemCommand({
    TableName: tableName,
    Key: valueKey(place),
    UpdateExpression: `${renewal}ADD #n :amount`,
    // Between these bounds the sum is a number that JavaScript holds exactly.
    ConditionExpression:
      "attribute_not_exists(#pk) OR ((attribute_not_exists(#x) OR #x > :now) AND #n BETWEEN :least AND :most)",
    ExpressionAttributeNames: {
      "#pk": "pk",
      "#n": "n",
      "#x": "x",
      ...(expiresAt === undefined ? {} : { "#ttl": "ttl" }),
    },
    ExpressionAttributeValues: {
      ":amount": { N: String(amount) },
      ":now": { N: String(now) },
      ":least": { N: String(Math.max(-Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER - amount)) },
      ":most": { N: String(Math.min(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - amount)) },
      ...(expiresAt === undefined ? {} : { ":x": { N: String(expiresAt) }, ":ttl": seconds(expiresAt) }),
    },
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  return attempt("UpdateItem", async () => {
    try {
      const { Attributes = {} } = await sentOnce(command, "UpdateItem", () => client.send(command));
      return { value: Number(Attributes["n"]?.N) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { current: error.Item };
      throw error;
    }
  });
}

/** Puts a first sum in the place of an entry whose time is over. False when another did. */
async function restart(
  place: KeyPlace,
  { amount, expiresAt }: Addition,
  { client, tableName }: TableAccess,
  over: number,
): Promise<boolean> {
  const command = new PutItemCommand({
    TableName: tableName,
    Item: { ...valueKey(place), ...valueAttribute(amount), ...expiryAttributes(expiresAt) },
    ConditionExpression: "#x = :over",
    ExpressionAttributeNames: { "#x": "x" },
    ExpressionAttributeValues: { ":over": { N: String(over) } },
  });
  return attempt("PutItem", async () => {
    try {
      // Repeated after a lost answer it would be refused by itself, and the addition made once more.
      await sentOnce(command, "PutItem", () => client.send(command));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  });
}

interface Listing {
  readonly keyspace: string;
  readonly prefix: string;
  readonly reverse: boolean;
}

async function* entryPages(
  { keyspace, prefix, reverse }: Listing,
  table: ListedTable,
  clock: Clock,
): AsyncGenerator<readonly KeyValueEntry[], void, undefined> {
  assertKeyPlace({ keyspace, key: prefix || "a" });
  const sources = Array.from({ length: SHARDS }, (_, shard) =>
    livePages(keyspacePartition(keyspace, shard), { prefix, reverse }, table, clock),
  );
  yield* mergedPages(sources, ({ key }) => key, reverse);
}

async function* livePages(
  partition: string,
  { prefix, reverse }: Omit<Listing, "keyspace">,
  table: ListedTable,
  clock: Clock,
): AsyncGenerator<readonly KeyValueEntry[], void, undefined> {
  const query = { partition, reverse, ...(prefix === "" ? {} : { prefix }) };
  for await (const items of shardPages(table, query)) {
    yield items.map((item) => live(decodeEntry(item), clock)).filter((entry) => entry !== undefined);
  }
}

/** A number that DynamoDB keeps with all its digits is its own type; everything else is JSON text. */
function valueAttribute(value: JsonValue): Record<string, AttributeValue> {
  const isCounter =
    typeof value === "number" &&
    Math.abs(value) <= Number.MAX_SAFE_INTEGER &&
    (value === 0 || Math.abs(value) > 1e-100);
  return isCounter ? { n: { N: String(value) } } : { d: { S: JSON.stringify(value) } };
}

function expiryAttributes(expiresAt: number | undefined): Record<string, AttributeValue> {
  return expiresAt === undefined ? {} : { x: { N: String(expiresAt) }, ttl: seconds(expiresAt) };
}

function seconds(expiresAt: number): AttributeValue {
  return { N: String(Math.ceil(expiresAt / 1_000)) };
}

function decodeEntry(item: Item): KeyValueEntry {
  const { d, n, sk, x } = item;
  const key = sk?.S ?? "";
  try {
    const value: JsonValue = n?.N === undefined ? JSON.parse(d?.S ?? "") : Number(n.N);
    return { key, value, ...(x?.N === undefined ? {} : { expiresAt: Number(x.N) }) };
  } catch (error) {
    throw new PortError(
      "corrupt",
      `The value "${key}" cannot be read: something else wrote the item.`,
      { key },
      {
        cause: error,
      },
    );
  }
}

function live(entry: KeyValueEntry, clock: Clock): KeyValueEntry | undefined {
  return entry.expiresAt !== undefined && entry.expiresAt <= clock.now() ? undefined : entry;
}
