import { MAX_COLLECTION_BYTES, MAX_DOCUMENT_ID_BYTES } from "./document-store.ts";
import { type KeyPlace, MAX_KEY_BYTES, MAX_KEYSPACE_BYTES } from "./key-value-store.ts";
import { PortError } from "./port-error.ts";

/** @throws PortError `invalid` for a name that no collection can have. */
export function assertCollection(collection: string): void {
  assertText("collection's name", collection, MAX_COLLECTION_BYTES);
}

/** @throws PortError `invalid` for an id that no document can have. */
export function assertDocumentId(id: string): void {
  assertText("document's id", id, MAX_DOCUMENT_ID_BYTES);
}

/** @throws PortError `invalid` for a key or keyspace that no entry can have. */
export function assertKeyPlace({ key, keyspace }: KeyPlace): void {
  assertText("key", key, MAX_KEY_BYTES);
  if (keyspace !== "") assertText("keyspace", keyspace, MAX_KEYSPACE_BYTES);
}

/** UTF-8 cannot carry lone surrogates: two different texts would become one. */
function assertText(what: string, text: string, most: number): void {
  if (text !== "" && text.isWellFormed() && Buffer.byteLength(text) <= most) return;
  throw new PortError("invalid", `A ${what} is 1 to ${most} bytes of well-formed Unicode.`, { length: text.length });
}
