import type { CollectionDefinition, DocumentListing, DocumentStore } from "@stephooks/core";
import type { Document } from "./document.ts";

/** Where a collection's documents are read from: the table's documents, or workflow instances. */
export interface DocumentSource {
  /** What listings can be narrowed by. */
  definition(): Promise<CollectionDefinition>;
  /** Those of these ids that exist, strongly consistent. */
  read(ids: readonly string[]): Promise<readonly Document[]>;
  /** As `DocumentStore.list`. */
  list(listing: Omit<DocumentListing, "collection">): AsyncIterable<readonly Document[]>;
  /** False where listings come in an order of their own. */
  readonly ordered: boolean;
}

/** Ids of one read. */
const MAX_READ = 100;

/** The documents of a collection of the table. */
export function storedSource(store: DocumentStore, collection: string): DocumentSource {
  return {
    ordered: true,
    definition: () => store.definition(collection),
    read: async (ids) => {
      const found: Document[] = [];
      for (let start = 0; start < ids.length; start += MAX_READ) {
        const some = await store.read(collection, ids.slice(start, start + MAX_READ));
        found.push(...[...some.values()].map(({ document }): Document => document));
      }
      return found;
    },
    list: async function* (listing) {
      for await (const page of store.list({ ...listing, collection })) yield page.map(({ document }) => document);
    },
  };
}
