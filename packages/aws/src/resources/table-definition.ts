/** A global secondary index; both of ours are sparse (only items that carry the keys appear) and KEYS_ONLY. */
export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: AttributeDefinition;
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
  /** Epoch seconds after which DynamoDB may delete the item. */
  readonly ttlAttribute: string;
}

/**
 * The one table. Instance heads are `pk = i#<id>, sk = a`.
 *
 * `due` finds what waits longer than an SQS delay; `list` finds instances by workflow and coarse status. Their keys
 * change only when a long wait or a life begins or ends, so a plain transition writes no index entry.
 */
export const tableDefinition: TableDefinition = Object.freeze({
  partitionKey: { name: "pk", type: "S" },
  sortKey: { name: "sk", type: "S" },
  indexes: [
    { name: "due", partitionKey: { name: "gp", type: "S" }, sortKey: { name: "gs", type: "N" } },
    { name: "list", partitionKey: { name: "lp", type: "S" }, sortKey: { name: "ls", type: "S" } },
  ],
  ttlAttribute: "ttl",
} satisfies TableDefinition);
