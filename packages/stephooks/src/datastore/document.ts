/** A stored document: the user's own keys, and `_id`. */
// oxlint-disable-next-line typescript/no-explicit-any -- the user's own data, which nobody has typed
export type Document = Record<string, any>;

/** A filter over documents, such as `{ age: { $gte: 18 } }`. */
export type Query = Readonly<Record<string, unknown>>;

/** How much of what `getMany` finds is answered, and in which order. */
export interface FindOptions {
  /** Fields, the most important first: 1 ascending, -1 descending. */
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  /** Documents at the most; 0 for no limit. */
  readonly limit?: number | string;
  /** Documents that are skipped first. */
  readonly offset?: number | string;
  /** codehooks' place for projections: `{ $fields: { name: 1 } }`. It may also hold `sort`, `limit`, `offset`, `count`. */
  readonly hints?: Readonly<Record<string, unknown>>;
  /** Ignored: which index is used follows from the query. */
  readonly useIndex?: unknown;
  readonly startIndex?: unknown;
  readonly endIndex?: unknown;
  /** By `_id`, from the last to the first. */
  readonly reverse?: boolean;
}

export interface UpdateOptions {
  /** Insert a document when none matches: the query's equal fields with the update applied. */
  readonly upsert?: boolean;
}
