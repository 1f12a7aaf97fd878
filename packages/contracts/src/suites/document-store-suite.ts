import { afterAll, beforeAll, describe } from "vitest";
import { documentDefinitions } from "./document-definitions.ts";
import { documentLists } from "./document-lists.ts";
import { documentWrites } from "./document-writes.ts";
import type { Documents, DocumentsUnderTest } from "./documents-under-test.ts";

/** The contract of `DocumentStore` as vitest tests. `makeStore` is called once. */
export function describeDocumentStore(name: string, makeStore: () => Promise<DocumentsUnderTest>): void {
  describe(`document store: ${name}`, () => {
    let world: DocumentsUnderTest | undefined;
    const documents: Documents = () => {
      if (world === undefined) throw new TypeError("The store is used outside a test.");
      return world;
    };
    beforeAll(async () => {
      world = await makeStore();
    });
    afterAll(() => world?.dispose?.());

    describe("write", () => documentWrites(documents));
    describe("list", () => documentLists(documents));
    describe("define", () => documentDefinitions(documents));
  });
}
