import type { KeyPlace } from "@stephooks/core";
import type { ItemKey } from "./instance-key.ts";

/** Partitions that a collection spreads over at the most. Each takes about 1,000 writes a second and holds 10 GB. */
export const SHARDS = 16;

/** The shard of an id: the same everywhere, for ever. FNV-1a, folded. */
export function shardOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 8) ^ (hash >>> 16)) >>> 0) % SHARDS;
}

/** Partition key of one shard of a collection. The separator is escaped in the name. */
export function documentPartition(collection: string, shard: number): string {
  return `d#${escaped(collection)}#${shard}`;
}

export function documentKey(collection: string, id: string): ItemKey {
  return { pk: { S: documentPartition(collection, shardOf(id)) }, sk: { S: id } };
}

/** Partition key of one shard of a keyspace. */
export function keyspacePartition(keyspace: string, shard: number): string {
  return `k#${escaped(keyspace)}#${shard}`;
}

export function valueKey({ key, keyspace }: KeyPlace): ItemKey {
  return { pk: { S: keyspacePartition(keyspace, shardOf(key)) }, sk: { S: key } };
}

/** Key of the item that holds what is declared about a collection. */
export function definitionKey(collection: string): ItemKey {
  return { pk: { S: `c#${escaped(collection)}` }, sk: { S: "a" } };
}

function escaped(name: string): string {
  return name.replace(/[%#]/g, encodeURIComponent);
}
