import type { DocumentListing } from "@stephooks/core";
import { expect, test } from "vitest";
import { type Documents, idsOf, inserted, listed, someCollection, storedBy } from "./documents-under-test.ts";

/** What listing promises. */
export function documentLists(documents: Documents): void {
  const list = async (listing: DocumentListing) => idsOf(await listed(documents().store.list(listing)));
  listOrder(documents, list);
  listTimes(documents, list);
}

type List = (listing: DocumentListing) => Promise<readonly string[]>;

function listOrder(documents: Documents, list: List): void {
  test("a collection without documents has no pages", async () => {
    expect(await list({ collection: someCollection() })).toEqual([]);
  });

  test("documents come by id, in the order of code points, or backwards", async () => {
    const collection = someCollection();
    const ids = ["b", "a", "aa", "B", "1", "é", "鍵", "\uffee", "🗝", "a#"];
    for (const id of ids) await inserted(documents(), collection, id, { id });
    const ordered = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await list({ collection })).toEqual(ordered);
    expect(await list({ collection, reverse: true })).toEqual(ordered.toReversed());
    expect(await list({ collection, expected: 3 })).toEqual(ordered);
  });

  test("more documents than a page holds all come, once", async () => {
    const collection = someCollection();
    const ids = Array.from({ length: 620 }, (_, index) => `id-${String(index).padStart(4, "0")}`);
    for (let start = 0; start < ids.length; start += 62) {
      await Promise.all(ids.slice(start, start + 62).map((id) => inserted(documents(), collection, id)));
    }
    expect(await list({ collection })).toEqual(ids);
    expect(await list({ collection, reverse: true, expected: 5 })).toEqual(ids.toReversed());
  });

  test("a range of ids holds both its ends", async () => {
    const collection = someCollection();
    for (const id of ["a", "b", "c", "d"]) await inserted(documents(), collection, id);
    expect(await list({ collection, ids: { from: "b", to: "c" } })).toEqual(["b", "c"]);
    expect(await list({ collection, ids: { from: "bb" } })).toEqual(["c", "d"]);
    expect(await list({ collection, ids: { to: "b" }, reverse: true })).toEqual(["b", "a"]);
    expect(await list({ collection, ids: { from: "c", to: "b" } })).toEqual([]);
    expect(await list({ collection, ids: { from: "b", to: "b" } })).toEqual(["b"]);
  });
}

function listTimes(documents: Documents, list: List): void {
  test("a document is listed as soon as its write has settled, and not after it was removed", async () => {
    const collection = someCollection();
    for (let count = 0; count < 20; count++) {
      const { id, version } = await inserted(documents(), collection, `id-${count}`);
      expect(await list({ collection })).toContain(id);
      if (count % 2 === 0) await documents().store.remove(collection, id, version);
      expect((await list({ collection })).includes(id)).toBe(count % 2 === 1);
    }
  });

  test("an expired document is not listed", async () => {
    const collection = someCollection();
    const { now, pass, store } = documents();
    const write = { collection, id: "a", document: { _id: "a" }, expected: undefined, expiresAt: now() + 150 };
    storedBy(await store.write(write));
    await inserted(documents(), collection, "b");
    expect(await list({ collection })).toEqual(["a", "b"]);
    await pass(200);
    expect(await list({ collection })).toEqual(["b"]);
  });

  test("an iteration that is left early ends", async () => {
    const collection = someCollection();
    for (let count = 0; count < 5; count++) await inserted(documents(), collection, `id-${count}`);
    for await (const page of documents().store.list({ collection, expected: 1 })) {
      expect(page.length).toBeGreaterThan(0);
      break;
    }
    expect(await list({ collection })).toHaveLength(5);
  });
}
