import { type JsonObject, MAX_DOCUMENT_ID_BYTES, type StoredDocument } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import type { Document } from "./document.ts";

/** A hundred years, milliseconds: a longer life is a mistake. */
const MAX_TTL = 3_155_760_000_000;

/** Levels of nesting of a document. */
const MAX_DEPTH = 100;

/** The document as JSON stores it: dates as ISO text, no `undefined`. @throws StephooksError `invalid-document`. */
export function storable(document: unknown): Document {
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    // The words are codehooks' own.
    throw new StephooksError("invalid-document", "Not an object");
  }
  assertDepth(document);
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(document));
  } catch (error) {
    throw new StephooksError(
      "invalid-document",
      `The document holds something that JSON cannot: ${String(error)}.`,
      {},
      {
        cause: error,
      },
    );
  }
  if (typeof copy === "object" && copy !== null && !Array.isArray(copy)) return copy;
  throw new StephooksError("invalid-document", "Not an object");
}

/** Without recursion: what is too deep must not overflow the stack that looks for it. */
function assertDepth(value: object): void {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      throw new StephooksError("invalid-document", `A document nests at most ${MAX_DEPTH} levels. Flatten it.`);
    }
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
}

/** Whether a document can have this id. */
export function isDocumentId(id: unknown): id is string {
  return typeof id === "string" && id !== "" && id.isWellFormed() && Buffer.byteLength(id) <= MAX_DOCUMENT_ID_BYTES;
}

/** An id that a document can have. @throws StephooksError `invalid-id`. */
export function documentId(id: unknown): string {
  if (isDocumentId(id)) return id;
  throw new StephooksError(
    "invalid-id",
    `An _id is a text of 1 to ${MAX_DOCUMENT_ID_BYTES} bytes, not ${JSON.stringify(id)?.slice(0, 60) ?? String(id)}.`,
  );
}

/**
 * When a document expires: its `_ttl`, milliseconds, counts from the write that gave it; other writes keep the time.
 *
 * @throws StephooksError `invalid-document`.
 */
export function expiryOf(
  document: Document,
  now: number,
  before?: { readonly stored: StoredDocument; readonly renews: boolean },
): number | undefined {
  const ttl: unknown = document["_ttl"];
  if (ttl === undefined || ttl === null) return undefined;
  if (typeof ttl !== "number" || !(ttl > 0) || ttl > MAX_TTL) {
    throw new StephooksError("invalid-document", "_ttl is a number of milliseconds above 0, at most a hundred years.");
  }
  const isKept = before !== undefined && !before.renews && before.stored.document["_ttl"] === ttl;
  return isKept ? before.stored.expiresAt : Math.ceil(now + ttl);
}

/** What {@link storable} and the updaters make is JSON. */
export function asJson(document: Document): JsonObject {
  return document;
}
