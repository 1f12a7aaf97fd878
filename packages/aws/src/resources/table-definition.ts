/** A global secondary index; both of ours are sparse (only items that carry the keys appear) and KEYS_ONLY. */
export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: AttributeDefinition;
  readonly sortKey: AttributeDefinition;
}

/** A second order of the items of one partition, with whole items in it; sparse, and read as consistently as the table. */
export interface LocalIndexDefinition {
  readonly name: string;
  readonly sortKey: AttributeDefinition;
}

export interface AttributeDefinition {
  readonly name: string;
  /** DynamoDB scalar type: string or number. */
  readonly type: "S" | "N";
}

export interface TableDefinition {
  readonly partitionKey: AttributeDefinition;
  readonly sortKey: AttributeDefinition;
  readonly indexes: readonly IndexDefinition[];
  readonly localIndexes: readonly LocalIndexDefinition[];
  /** Epoch seconds after which DynamoDB may delete the item. */
  readonly ttlAttribute: string;
}

/** DynamoDB allows five local indexes, and only when the table is created. */
const FIELD_SLOTS = [1, 2, 3, 4, 5] as const;

/**
 * The one table. Instance heads are `pk = i#<id>, sk = a`; documents are `pk = d#<collection>#<shard>, sk = <_id>`; what
 * is declared about a collection is `pk = c#<collection>, sk = a`; values are `pk = k#<keyspace>#<shard>, sk = <key>`.
 *
 * `due` finds what waits longer than an SQS delay; `list` finds instances by workflow and coarse status. Their keys
 * change only when a long wait or a life begins or ends, so a plain transition writes no index entry.
 *
 * Each of the local indexes orders a collection by one declared field. An item without such a field is in none of them
 * and pays for none.
 */
export const tableDefinition: TableDefinition = Object.freeze({
  partitionKey: { name: "pk", type: "S" },
  sortKey: { name: "sk", type: "S" },
  indexes: [
    { name: "due", partitionKey: { name: "gp", type: "S" }, sortKey: { name: "gs", type: "N" } },
    { name: "list", partitionKey: { name: "lp", type: "S" }, sortKey: { name: "ls", type: "S" } },
  ],
  localIndexes: FIELD_SLOTS.map((slot) => ({ name: `field${slot}`, sortKey: { name: `f${slot}`, type: "S" } })),
  ttlAttribute: "ttl",
} satisfies TableDefinition);
