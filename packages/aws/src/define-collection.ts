import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type DefinitionChange, isRecord, MAX_FIELDS, PortError, type StoredDocument } from "@stephooks/core";
import { type CollectionLayout, type DeclaredLayout, severalSlots } from "./collection-catalog.ts";
import type { DocumentAccess } from "./document-access.ts";
import { decodeDocumentItem, fieldKeys, type FieldSlot } from "./document-item-codec.ts";
import { documentKey, documentPartition, shardOf } from "./document-key.ts";
import type { Item } from "./item-reader.ts";
import { attempt } from "./read-items.ts";
import { shardPages } from "./shard-pages.ts";

/** Tries of a change that others overtake. */
const MAX_TRIES = 20;

/** Documents whose keys are brought up to date at once. */
const AT_ONCE = 25;

/**
 * Changes what is declared about a collection. A new field is used once every document has its key: writers that still
 * go by the old definition are waited for, then all documents are looked at.
 */
export async function defineCollection(
  collection: string,
  change: DefinitionChange,
  access: DocumentAccess,
): Promise<CollectionLayout> {
  const before = await access.catalog.fresh(collection);
  const declared = await declare(collection, access, (layout) => changed(layout, change));
  const unready = declared.fields.filter(({ ready }) => !ready);
  const dropped = before.fields.some(({ slot }) => !declared.fields.some((field) => field.slot === slot));
  if (unready.length === 0 && !dropped) return declared;
  await access.table.pause(access.settleTime);
  await rekeyCollection(collection, declared, access);
  return declare(collection, access, (layout) => ({
    ...layout,
    fields: layout.fields.map((field) =>
      unready.some((added) => added.name === field.name && added.slot === field.slot)
        ? { ...field, ready: true }
        : field,
    ),
  }));
}

async function declare(
  collection: string,
  { catalog }: DocumentAccess,
  change: (layout: CollectionLayout) => DeclaredLayout,
): Promise<CollectionLayout> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const layout = await catalog.fresh(collection);
    const declared = await catalog.declare(collection, layout, change(layout));
    if (declared) return declared;
  }
  throw new PortError("throttled", `The definition of "${collection}" is being changed by others. Try again later.`, {
    collection,
  });
}

function changed(layout: CollectionLayout, change: DefinitionChange): DeclaredLayout {
  const { addFields = [], removeFields = [], schema } = change;
  const kept = layout.fields.filter(({ name }) => !removeFields.includes(name));
  const added = [...new Set(addFields)].filter((name) => !kept.some((field) => field.name === name));
  const free = Array.from({ length: MAX_FIELDS }, (_, index) => index + 1).filter(
    (slot) => !kept.some((field) => field.slot === slot),
  );
  if (added.length > free.length) {
    throw new PortError("invalid", `A collection has at most ${MAX_FIELDS} declared fields.`, {
      fields: kept.length + added.length,
    });
  }
  const fields: readonly FieldSlot[] = [
    ...kept,
    ...added.map((name, index) => ({ name, slot: free[index] ?? MAX_FIELDS, ready: false })),
  ];
  const nextSchema = schema === undefined ? layout.schema : (schema ?? undefined);
  return { fields, ...(nextSchema === undefined ? {} : { schema: nextSchema }) };
}

/** Gives every document of the collection the keys of its fields, and takes away others. */
async function rekeyCollection(collection: string, layout: CollectionLayout, access: DocumentAccess): Promise<void> {
  const { shards } = await access.catalog.fresh(collection);
  for (const shard of shards) {
    for await (const items of shardPages(access.table, { partition: documentPartition(collection, shard) })) {
      for (let start = 0; start < items.length; start += AT_ONCE) {
        const some = items.slice(start, start + AT_ONCE);
        await Promise.all(some.map((item) => rekeyItem(collection, item, layout, access)));
      }
    }
  }
}

/** For a write that took so long that the definition it went by may be out of date. */
export async function rekeyDocument(
  collection: string,
  stored: StoredDocument,
  wentBy: CollectionLayout,
  access: DocumentAccess,
): Promise<void> {
  const layout = await access.catalog.fresh(collection);
  if (layout.version === wentBy.version) return;
  const before = { v: { S: stored.version }, d: { S: JSON.stringify(stored.document) }, sk: { S: stored.id } };
  await rekeyItem(collection, { ...before, ...fieldKeys(stored.document, wentBy.fields) }, layout, access);
}

async function rekeyItem(
  collection: string,
  item: Item,
  layout: CollectionLayout,
  { catalog, table }: DocumentAccess,
): Promise<void> {
  const { document, id, version } = decodeDocumentItem(item);
  const keys = fieldKeys(document, layout.fields);
  const names = Array.from({ length: MAX_FIELDS }, (_, index) => `f${index + 1}`);
  const set = names.filter((name) => isRecord(keys[name]) && keys[name]?.S !== item[name]?.S);
  const removed = names.filter((name) => keys[name] === undefined && item[name] !== undefined);
  if (set.length + removed.length === 0) return;
  await catalog.cover(collection, await catalog.recent(collection), shardOf(id), severalSlots(layout, keys));
  const sets = set.length === 0 ? "" : `SET ${set.map((name) => `#${name} = :${name}`).join(", ")}`;
  const removes = removed.length === 0 ? "" : ` REMOVE ${removed.map((name) => `#${name}`).join(", ")}`;
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: documentKey(collection, id),
    UpdateExpression: sets + removes,
    ConditionExpression: "#v = :v",
    ExpressionAttributeNames: {
      "#v": "v",
      ...Object.fromEntries([...set, ...removed].map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ":v": { S: version },
      ...Object.fromEntries(set.flatMap((name) => (keys[name] ? [[`:${name}`, keys[name]]] : []))),
    },
  });
  await attempt("UpdateItem", async () => {
    try {
      await table.client.send(command);
    } catch (error) {
      // Whoever wrote it since went by the new definition.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  });
}
