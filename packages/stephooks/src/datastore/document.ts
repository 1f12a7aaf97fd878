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
  /** A field whose values `startIndex` and `endIndex` limit. Which index is used follows from the query, not from it. */
  readonly useIndex?: unknown;
  /** The least value of the field `useIndex`; documents come in its order. */
  readonly startIndex?: unknown;
  /** The greatest value of the field `useIndex`. */
  readonly endIndex?: unknown;
  /** From the last to the first: by `_id`, or by the field `useIndex` where it has a range. */
  readonly reverse?: boolean;
}

export interface UpdateOptions {
  /** Insert a document when none matches: the query's equal fields with the update applied. */
  readonly upsert?: boolean;
}
