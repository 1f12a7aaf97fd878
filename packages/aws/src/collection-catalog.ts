import { type AttributeValue, ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Clock, isRecord, type JsonObject, PortError, type Random, randomHex } from "@stephooks/core";
import type { FieldSlot } from "./document-item-codec.ts";
import { definitionKey, SHARDS } from "./document-key.ts";
import { SEVERAL_KEY } from "./field-key.ts";
import type { Item } from "./item-reader.ts";
import { parseJson } from "./packed-json.ts";
import { attempt, readItems, type TableAccess } from "./read-items.ts";

/** How a collection is laid out. Shards and several-valued slots are only ever added. */
export interface CollectionLayout {
  /** Shards that may hold documents: one is marked before the first document goes there. */
  readonly shards: ReadonlySet<number>;
  /** Slots in whose order some document has had an array. */
  readonly several: ReadonlySet<number>;
  /** Documents ever inserted, counted from a sample. */
  readonly inserts: number;
  readonly fields: readonly FieldSlot[];
  readonly schema?: JsonObject;
  /** Of fields and schema; undefined while nothing was ever declared. */
  readonly version?: string;
  /** When it was asked for, epoch milliseconds. */
  readonly readAt: number;
}

export type DeclaredLayout = Pick<CollectionLayout, "fields" | "schema">;

export interface CatalogOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How old a layout may be that a write goes by, milliseconds. */
  readonly maxAge: number;
}

/** Documents between one partition and the next. */
const INSERTS_PER_SHARD = 1_000;

/** One insert in so many is counted, as so many. */
const SAMPLE = 64;

/** Collections remembered at once: names may come from requests. */
const MAX_REMEMBERED = 1_000;

/** Slots whose key says that the item's document has an array there. */
export function severalSlots({ fields }: DeclaredLayout, item: Item): readonly number[] {
  return fields.flatMap(({ slot }) => (item[`f${slot}`]?.S === SEVERAL_KEY ? [slot] : []));
}

/** What is declared and known about collections: one item each, remembered for a moment. */
export class CollectionCatalog {
  readonly #table: TableAccess;
  readonly #options: CatalogOptions;
  readonly #remembered = new Map<string, CollectionLayout>();

  constructor(table: TableAccess, options: CatalogOptions) {
    this.#table = table;
    this.#options = options;
  }

  /** As stored now. */
  async fresh(collection: string): Promise<CollectionLayout> {
    const readAt = this.#options.clock.now();
    const [item] = await readItems(this.#table, [definitionKey(collection)]);
    return this.#remember(collection, layoutFrom(collection, item ?? {}, readAt));
  }

  /** As stored at most `maxAge` ago. */
  async recent(collection: string): Promise<CollectionLayout> {
    const known = this.#remembered.get(collection);
    const age = known === undefined ? Infinity : this.#options.clock.now() - known.readAt;
    return known !== undefined && age >= 0 && age < this.#options.maxAge ? known : this.fresh(collection);
  }

  /** Shards that generated ids go to: more as the collection grows, so that a small one is read in one request. */
  static openShards({ inserts }: CollectionLayout): number {
    return Math.min(SHARDS, 1 + Math.floor(inserts / INSERTS_PER_SHARD));
  }

  /** Notes a shard and slots before a document is written there, where that is not known yet. */
  async cover(collection: string, layout: CollectionLayout, shard: number, several: readonly number[]): Promise<void> {
    const newSlots = several.filter((slot) => !layout.several.has(slot));
    if (layout.shards.has(shard) && newSlots.length === 0) return;
    await this.#add(collection, {
      shards: { NS: [String(shard)] },
      ...(newSlots.length === 0 ? {} : { several: { NS: newSlots.map(String) } }),
    });
    this.#remember(collection, {
      ...layout,
      shards: new Set([...layout.shards, shard]),
      several: new Set([...layout.several, ...newSlots]),
    });
  }

  /** Counts one insert, in a sample, while the count still decides anything. */
  async countInsert(collection: string, layout: CollectionLayout): Promise<void> {
    if (layout.inserts >= INSERTS_PER_SHARD * SHARDS) return;
    const [chance = 0] = this.#options.random.bytes(1);
    if (chance % SAMPLE !== 0) return;
    await this.#add(collection, { inserts: { N: String(SAMPLE) } });
    const known = this.#remembered.get(collection) ?? layout;
    this.#remember(collection, { ...known, inserts: known.inserts + SAMPLE });
  }

  /** Replaces what is declared when nothing has changed since `layout` was read; undefined when something has. */
  async declare(
    collection: string,
    layout: CollectionLayout,
    { fields, schema }: DeclaredLayout,
  ): Promise<CollectionLayout | undefined> {
    const version = randomHex(this.#options.random, 8);
    const unchanged = layout.version === undefined ? "attribute_not_exists(#v)" : "#v = :old";
    const command = new UpdateItemCommand({
      TableName: this.#table.tableName,
      Key: definitionKey(collection),
      UpdateExpression: `SET #fields = :fields, #v = :new${schema === undefined ? " REMOVE #schema" : ", #schema = :schema"}`,
      // The SDK repeats a call whose answer was lost; then our own version is there already.
      ConditionExpression: `${unchanged} OR #v = :new`,
      ExpressionAttributeNames: { "#fields": "fields", "#v": "v", "#schema": "schema" },
      ExpressionAttributeValues: {
        ":fields": { S: JSON.stringify(fields) },
        ":new": { S: version },
        ...(schema === undefined ? {} : { ":schema": { S: JSON.stringify(schema) } }),
        ...(layout.version === undefined ? {} : { ":old": { S: layout.version } }),
      },
    });
    const done = await attempt("UpdateItem", async () => {
      try {
        await this.#table.client.send(command);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    });
    return done ? this.fresh(collection) : undefined;
  }

  /** Adds to sets and numbers; creates the item when there is none. */
  async #add(collection: string, values: Readonly<Record<string, AttributeValue>>): Promise<void> {
    const names = Object.keys(values);
    const command = new UpdateItemCommand({
      TableName: this.#table.tableName,
      Key: definitionKey(collection),
      UpdateExpression: `ADD ${names.map((name) => `#${name} :${name}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
    });
    await attempt("UpdateItem", () => this.#table.client.send(command));
  }

  #remember(collection: string, layout: CollectionLayout): CollectionLayout {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(collection, layout);
    return layout;
  }
}

function layoutFrom(collection: string, item: Item, readAt: number): CollectionLayout {
  const fields: unknown = parseJson(item["fields"]?.S ?? "[]");
  const schema = parseJson(item["schema"]?.S ?? "null");
  const version = item["v"]?.S;
  if (!Array.isArray(fields) || !fields.every(isFieldSlot) || (schema !== null && !isRecord(schema))) {
    throw new PortError("corrupt", `The definition of collection "${collection}" is not what this version writes.`, {
      collection,
    });
  }
  return {
    shards: new Set((item["shards"]?.NS ?? []).map(Number)),
    several: new Set((item["several"]?.NS ?? []).map(Number)),
    inserts: Number(item["inserts"]?.N ?? 0),
    fields,
    ...(schema === null ? {} : { schema }),
    ...(version === undefined ? {} : { version }),
    readAt,
  };
}

function isFieldSlot(value: unknown): value is FieldSlot {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    typeof value["slot"] === "number" &&
    typeof value["ready"] === "boolean"
  );
}
