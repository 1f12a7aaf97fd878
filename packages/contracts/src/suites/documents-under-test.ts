import { randomUUID } from "node:crypto";
import type { DocumentResult, DocumentStore, JsonObject, StoredDocument } from "@stephooks/core";

/** A document store for one suite. It may hold other collections: every test uses one of its own. */
export interface DocumentsUnderTest {
  readonly store: DocumentStore;
  /** Moves the clock that the store's documents expire by, milliseconds. */
  readonly pass: (milliseconds: number) => Promise<void>;
  /** What the store's clock says. */
  readonly now: () => number;
  dispose?(): Promise<void>;
}

/** The store as the parts of the suite see it. */
export type Documents = () => DocumentsUnderTest;

export function someCollection(): string {
  return `c-${randomUUID()}`;
}

/** Stores a new document. */
export async function inserted(
  { store }: DocumentsUnderTest,
  collection: string,
  id: string,
  rest: JsonObject = {},
): Promise<StoredDocument> {
  return storedBy(await store.write({ collection, id, document: { ...rest, _id: id }, expected: undefined }));
}

/** What a write stored; throws when it was refused. */
export function storedBy(result: DocumentResult): StoredDocument {
  if (result.ok) return result.stored;
  throw new Error(`refused: ${JSON.stringify(result.current)}`);
}

/** Every page of a listing, as one. */
export async function listed(pages: AsyncIterable<readonly StoredDocument[]>): Promise<readonly StoredDocument[]> {
  const all: StoredDocument[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

export function idsOf(documents: readonly StoredDocument[]): readonly string[] {
  return documents.map(({ id }) => id);
}
