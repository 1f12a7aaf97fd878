import type { ListGroup } from "./head-update.ts";

/** An entry of the due index. */
export interface DueEntry {
  /** Of an instance or of a branch's record. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface ListQuery {
  readonly workflow: string;
  readonly group: ListGroup;
  /** At most 100. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly cursor?: string;
}

export interface ListPage {
  /** Newest first. */
  readonly ids: readonly string[];
  readonly cursor?: string;
}

/** The two indexes over instances. Eventually consistent: what they name must be read before it is acted on. */
export interface InstanceIndex {
  /** Entries of one shard (0 to {@link DUE_SHARDS} - 1) with `from <= at < until`, oldest first, at most 1,000. */
  due(shard: number, from: number, until: number): Promise<readonly DueEntry[]>;
  list(query: ListQuery): Promise<ListPage>;
}

/** Partitions of the due index: each takes about 500 long waits a second. */
export const DUE_SHARDS = 16;

/** The shard of an id: the same everywhere, for ever. FNV-1a. */
export function dueShard(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193) >>> 0;
  return hash % DUE_SHARDS;
}
