import { setTimeout as systemPause } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  assertCollection,
  assertDocumentId,
  type Clock,
  type CollectionDefinition,
  type DocumentRemoval,
  type DocumentResult,
  type DocumentStore,
  type DocumentWrite,
  orderedIds,
  PortError,
  type Random,
  randomHex,
  systemClock,
  systemRandom,
} from "@stephooks/core";
import { CallSlots } from "./call-slots.ts";
import { CollectionCatalog, type CollectionLayout, severalSlots } from "./collection-catalog.ts";
import { defineCollection, rekeyDocument } from "./define-collection.ts";
import type { DocumentAccess } from "./document-access.ts";
import { decodeDocumentItem, encodeDocumentItem, isOver } from "./document-item-codec.ts";
import { documentKey, SHARDS, shardOf } from "./document-key.ts";
import type { Item } from "./item-reader.ts";
import { hasVersion, nextVersion, remembersAll } from "./document-version.ts";
import { documentPages } from "./list-documents.ts";
import { watchLostAnswers } from "./lost-answers.ts";
import { readItems } from "./read-items.ts";
import { type ListedTable, QUERIES_AT_ONCE } from "./shard-pages.ts";

export interface DocumentStoreOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  /**
   * How old a definition may be that a write goes by; a field that is declared waits twice as long before it looks at
   * documents that lack its key. Milliseconds.
   */
  readonly definitionAge?: number;
}

/** Default of {@link DocumentStoreOptions.definitionAge}: one read of a definition a second costs next to nothing. */
const DEFINITION_AGE = 1_000;

/**
 * Documents as items of one DynamoDB table. A collection spreads over up to 16 partitions as it grows; a document is
 * found by its id alone, so reading one is one GetItem.
 */
export function dynamodbDocumentStore(
  client: DynamoDBClient,
  tableName: string,
  options: DocumentStoreOptions = {},
): DocumentStore {
  const { clock = systemClock, definitionAge = DEFINITION_AGE, pause = systemPause, random = systemRandom } = options;
  const table: ListedTable = { client, tableName, pause, slots: new CallSlots(QUERIES_AT_ONCE) };
  const catalog = new CollectionCatalog(table, { clock, random, maxAge: definitionAge });
  const access: DocumentAccess = { table, catalog, clock, settleTime: 2 * definitionAge };
  const nextId = orderedIds(clock, random);
  return {
    newId: async (collection) => {
      assertCollection(collection);
      const open = CollectionCatalog.openShards(await catalog.recent(collection));
      return spreadId(nextId, open);
    },
    read: async (collection, ids) => {
      assertCollection(collection);
      for (const id of ids) assertDocumentId(id);
      const keys = [...new Set(ids)].map((id) => documentKey(collection, id));
      const found = (await readItems(table, keys)).map(decodeDocumentItem);
      return new Map(found.filter((stored) => !isOver(stored, clock.now())).map((stored) => [stored.id, stored]));
    },
    write: (write) => writeDocument(write, randomHex(random, 5), access),
    remove: (collection, id, expected) => removeDocument(collection, id, expected, access),
    list: (listing) => documentPages(listing, access),
    definition: async (collection) => {
      assertCollection(collection);
      return definitionOf(await catalog.recent(collection));
    },
    define: async (collection, change) => {
      assertCollection(collection);
      return definitionOf(await defineCollection(collection, change, access));
    },
  };
}

/** Draws ids until one falls into the shards that are open. */
function spreadId(nextId: () => string, open: number): string {
  for (;;) {
    const id = nextId();
    if (open >= SHARDS || shardOf(id) < open) return id;
  }
}

async function writeDocument(write: DocumentWrite, token: string, access: DocumentAccess): Promise<DocumentResult> {
  const { collection, document, expected, expiresAt, id } = write;
  const { catalog, clock, settleTime, table } = access;
  assertCollection(collection);
  assertDocumentId(id);
  const layout = await catalog.recent(collection);
  const version = nextVersion(token, expected);
  const stored = { id, version, document, ...(expiresAt === undefined ? {} : { expiresAt }) };
  const item = encodeDocumentItem(collection, stored, layout.fields);
  await catalog.cover(collection, layout, shardOf(id), severalSlots(layout, item));
  if (expected === undefined) await catalog.countInsert(collection, layout);
  const command = new PutItemCommand({
    TableName: table.tableName,
    Item: item,
    ConditionExpression:
      expected === undefined ? "attribute_not_exists(#pk) OR #x <= :now" : "attribute_exists(#pk) AND #v = :expected",
    ExpressionAttributeNames: expected === undefined ? { "#pk": "pk", "#x": "x" } : { "#pk": "pk", "#v": "v" },
    ExpressionAttributeValues:
      expected === undefined ? { ":now": { N: String(clock.now()) } } : { ":expected": { S: expected } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  const refusal = await refusalOf("PutItem", command, () => table.client.send(command));
  if (refusal !== undefined && !wasApplied(refusal, token, expected)) return refused(refusal.item, clock);
  if (clock.now() - layout.readAt > settleTime) await rekeyDocument(collection, stored, layout, access);
  return { ok: true, stored };
}

/**
 * The SDK repeats a call whose answer was lost; then our own write, or one that came after it, stands in the way.
 *
 * @throws PortError `unavailable` when too much has happened since to tell.
 */
function wasApplied({ item, lost }: Refusal, token: string, expected: string | undefined): boolean {
  const current = item?.["v"]?.S;
  if (current !== undefined && hasVersion(current, token)) return true;
  if (!lost) return false;
  if (expected === undefined) {
    // All writes since the document came into being are known, and ours is not among them.
    if (current !== undefined && remembersAll(current)) return false;
  } else {
    const [before = ""] = expected.split(".");
    if (current !== undefined && hasVersion(current, before)) return false;
  }
  throw new PortError(
    "unavailable",
    "The answer of a write was lost, and the document has changed so often since that nobody can tell whether it was applied. Read it.",
  );
}

async function removeDocument(
  collection: string,
  id: string,
  expected: string,
  { clock, table }: DocumentAccess,
): Promise<DocumentRemoval> {
  assertCollection(collection);
  assertDocumentId(id);
  const command = new DeleteItemCommand({
    TableName: table.tableName,
    Key: documentKey(collection, id),
    ConditionExpression: "#v = :expected",
    ExpressionAttributeNames: { "#v": "v" },
    ExpressionAttributeValues: { ":expected": { S: expected } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  const refusal = await refusalOf("DeleteItem", command, () => table.client.send(command));
  if (refusal === undefined) return { ok: true };
  // Nothing is there: by us or by others. Whoever removes to claim something must not hear that it was both.
  if (refusal.lost && refusal.item === undefined) {
    throw new PortError(
      "unavailable",
      "The answer of a removal was lost, and the document is gone: nobody can tell who removed it. Call again to be sure that it is gone.",
    );
  }
  const result = refused(refusal.item, clock);
  return { ok: false, current: result.ok ? undefined : result.current };
}

interface Refusal {
  readonly item: Item | undefined;
  /** An answer was lost before: it may be our own call that stands in the way. */
  readonly lost: boolean;
}

/** What stood in the way of a conditional write; undefined when nothing did. @throws PortError. */
async function refusalOf(
  operation: string,
  command: PutItemCommand | DeleteItemCommand,
  send: () => Promise<unknown>,
): Promise<Refusal | undefined> {
  const answers = watchLostAnswers(command, operation);
  try {
    await send();
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { item: error.Item, lost: answers.lost };
    throw answers.failure(error);
  }
}

function refused(item: Item | undefined, clock: Clock): DocumentResult {
  const current = item === undefined ? undefined : decodeDocumentItem(item);
  return { ok: false, current: current && !isOver(current, clock.now()) ? current : undefined };
}

function definitionOf({ fields, schema }: CollectionLayout): CollectionDefinition {
  return {
    fields: fields.filter(({ ready }) => ready).map(({ name }) => name),
    ...(schema === undefined ? {} : { schema }),
  };
}
