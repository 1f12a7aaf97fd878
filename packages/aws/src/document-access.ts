import type { Clock } from "@stephooks/core";
import type { CollectionCatalog } from "./collection-catalog.ts";
import type { ListedTable } from "./shard-pages.ts";

/** What the methods of one document store share. */
export interface DocumentAccess {
  readonly table: ListedTable;
  readonly catalog: CollectionCatalog;
  readonly clock: Clock;
  /** How old a definition is, at the most, when a write that went by it has arrived. Milliseconds. */
  readonly settleTime: number;
}
