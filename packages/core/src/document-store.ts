import type { JsonObject } from "./json-value.ts";

/** A document as it is stored. */
export interface StoredDocument {
  /** The document's `_id`. */
  readonly id: string;
  /** Another one after every write, also when an id is removed and used again. */
  readonly version: string;
  /** The whole document, `_id` included; the reader's own copy. */
  readonly document: JsonObject;
  /** From when on the document is gone, epoch milliseconds. */
  readonly expiresAt?: number;
}

export interface DocumentWrite {
  readonly collection: string;
  readonly id: string;
  /** Its `_id` is `id`. */
  readonly document: JsonObject;
  readonly expiresAt?: number;
  /** The version that must be stored; undefined: the id must be free. */
  readonly expected: string | undefined;
}

/** A refused condition is a value: the document that stood in the way, undefined when there is none. */
export type DocumentResult =
  | { readonly ok: true; readonly stored: StoredDocument }
  | { readonly ok: false; readonly current: StoredDocument | undefined };

/** As {@link DocumentResult}, of a removal. */
export type DocumentRemoval =
  | { readonly ok: true }
  | { readonly ok: false; readonly current: StoredDocument | undefined };

/** A value that a declared field is found by. */
export type FieldValue = string | number | boolean;

/** A part of an order. Both ends belong to it; an end that is absent is open. */
export interface DocumentRange<Value> {
  readonly from?: Value;
  readonly to?: Value;
}

export interface DocumentListing {
  readonly collection: string;
  /** Only ids of this range. Text is ordered by code points. */
  readonly ids?: DocumentRange<string>;
  /** Only documents whose declared field lies in this range, whose ends are of one type. Not together with `ids`. */
  readonly field?: { readonly name: string } & DocumentRange<FieldValue>;
  /** By `_id`, from the last to the first. */
  readonly reverse?: boolean;
  /** How many documents the caller expects to look at: sizes the first pages. */
  readonly expected?: number;
}

/** What is declared about a collection. */
export interface CollectionDefinition {
  /** Fields, as dotted paths, that listings can be narrowed by. */
  readonly fields: readonly string[];
  /** JSON Schema of the documents. */
  readonly schema?: JsonObject;
}

/** What changes; an absent key is kept. */
export interface DefinitionChange {
  readonly addFields?: readonly string[];
  readonly removeFields?: readonly string[];
  /** `null` removes the schema. */
  readonly schema?: JsonObject | null;
}

/** Declared fields of one collection at the most. */
export const MAX_FIELDS = 5;

/** UTF-8 bytes of a document's id, and of a collection's name, at the most. */
export const MAX_DOCUMENT_ID_BYTES = 900;
export const MAX_COLLECTION_BYTES = 200;

/**
 * Where documents live. Reads are strongly consistent, every write is one atomic conditional write of one document;
 * every method rejects with a {@link PortError} only. A document whose time is over is as if it were removed.
 */
export interface DocumentStore {
  /** An id that no document has, later than those given before in the order of text; fit to spread the collection. */
  newId(collection: string): Promise<string>;
  /** Ids without a document are absent from the answer. At most 100 ids. One id is one read. */
  read(collection: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredDocument>>;
  write(write: DocumentWrite): Promise<DocumentResult>;
  /** Removes the document when its version is the expected one. */
  remove(collection: string, id: string, expected: string): Promise<DocumentRemoval>;
  /**
   * Pages of documents: all those of the listing, and possibly others. By `_id` unless a field is given; then in no
   * order. Holds a few pages at a time; ends the reading when the iteration is left.
   */
  list(listing: DocumentListing): AsyncIterable<readonly StoredDocument[]>;
  definition(collection: string): Promise<CollectionDefinition>;
  /** Settles when listings can use what was added. @throws PortError `invalid` above {@link MAX_FIELDS} fields. */
  define(collection: string, change: DefinitionChange): Promise<CollectionDefinition>;
}
