import { type JsonObject, MAX_DOCUMENT_ID_BYTES, type StoredDocument } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { type Documents, inserted, someCollection, storedBy } from "./documents-under-test.ts";
import { oddKeys, oddValues } from "./odd-text.ts";

/** What writing and reading one document promises. */
export function documentWrites(documents: Documents): void {
  conditionalWrites(documents);
  describe("remove", () => removals(documents));
  describe("read", () => reads(documents));
  describe("text", () => oddTexts(documents));
  describe("name", () => refusedNames(documents));
}

function conditionalWrites(documents: Documents): void {
  test("a new document is read as it was written", async () => {
    const collection = someCollection();
    const stored = await inserted(documents(), collection, "a", { n: 1, deep: { list: [1, "2", null] } });
    expect(stored.document).toEqual({ _id: "a", n: 1, deep: { list: [1, "2", null] } });
    expect(await readOne(documents, collection, "a")).toEqual(stored);
  });

  test("an id that is taken refuses a new document and shows what is there", async () => {
    const collection = someCollection();
    const first = await inserted(documents(), collection, "a", { n: 1 });
    const second = await documents().store.write({ collection, id: "a", document: { _id: "a" }, expected: undefined });
    expect(second).toEqual({ ok: false, current: first });
    expect(await readOne(documents, collection, "a")).toEqual(first);
  });

  test("a write on the version that is stored replaces it, another is refused", async () => {
    const collection = someCollection();
    const { store } = documents();
    const first = await inserted(documents(), collection, "a", { n: 1 });
    const replace = (n: number, expected: string) =>
      store.write({ collection, id: "a", document: { _id: "a", n }, expected });
    const second = storedBy(await replace(2, first.version));
    expect(second.version).not.toBe(first.version);
    expect(await replace(3, first.version)).toEqual({ ok: false, current: second });
    expect(await readOne(documents, collection, "a")).toEqual(second);
  });

  test("a write on a document that is gone is refused", async () => {
    const collection = someCollection();
    const { version } = await inserted(documents(), collection, "a");
    expect(await documents().store.remove(collection, "a", version)).toMatchObject({ ok: true });
    const write = { collection, id: "a", document: { _id: "a" }, expected: version };
    expect(await documents().store.write(write)).toEqual({ ok: false, current: undefined });
  });

  test("of 16 writes on one version one succeeds", async () => {
    const collection = someCollection();
    const { version } = await inserted(documents(), collection, "a");
    const writes = Array.from({ length: 16 }, (_, n) =>
      documents().store.write({ collection, id: "a", document: { _id: "a", n }, expected: version }),
    );
    const results = await Promise.all(writes);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  });
}

function removals(documents: Documents): void {
  test("removing needs the version that is stored", async () => {
    const collection = someCollection();
    const { store } = documents();
    const stored = await inserted(documents(), collection, "a");
    expect(await store.remove(collection, "a", "other")).toEqual({ ok: false, current: stored });
    expect(await store.remove(collection, "a", stored.version)).toEqual({ ok: true });
    expect(await store.remove(collection, "a", stored.version)).toEqual({ ok: false, current: undefined });
    expect(await readOne(documents, collection, "a")).toBeUndefined();
  });

  test("a version of an earlier life of an id is never good again", async () => {
    const collection = someCollection();
    const first = await inserted(documents(), collection, "a", { n: 1 });
    await documents().store.remove(collection, "a", first.version);
    const second = await inserted(documents(), collection, "a", { n: 1 });
    expect(second.version).not.toBe(first.version);
    expect(await documents().store.remove(collection, "a", first.version)).toMatchObject({ ok: false });
  });
}

function reads(documents: Documents): void {
  test("several ids are read at once; those without a document are absent", async () => {
    const collection = someCollection();
    for (const id of ["a", "b", "c"]) await inserted(documents(), collection, id);
    const found = await documents().store.read(collection, ["c", "x", "a", "a"]);
    expect([...found.keys()].toSorted()).toEqual(["a", "c"]);
    expect(await documents().store.read(collection, [])).toEqual(new Map());
  });

  test("more than 100 ids are refused", async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `id${index}`);
    await expect(documents().store.read(someCollection(), ids)).rejects.toMatchObject({ code: "invalid" });
  });

  test("a document is gone from the millisecond it expires, and its id is free", async () => {
    const collection = someCollection();
    const { now, pass, store } = documents();
    const expiresAt = now() + 200;
    const write = { collection, id: "a", document: { _id: "a" }, expiresAt };
    const first = storedBy(await store.write({ ...write, expected: undefined }));
    expect(first.expiresAt).toBe(expiresAt);
    expect(await readOne(documents, collection, "a")).toEqual(first);
    await pass(expiresAt - now());
    expect(await readOne(documents, collection, "a")).toBeUndefined();
    expect(await inserted(documents(), collection, "a", { n: 2 })).toMatchObject({ document: { n: 2 } });
    expect(await readOne(documents, collection, "a")).toMatchObject({ document: { n: 2 } });
  });

  test("generated ids are free and come later in text order", async () => {
    const collection = someCollection();
    const ids: string[] = [];
    for (let count = 0; count < 50; count++) ids.push(await documents().store.newId(collection));
    expect(new Set(ids).size).toBe(50);
    expect(ids.toSorted()).toEqual(ids);
  });
}

function oddTexts(documents: Documents): void {
  test.for(Object.entries(oddKeys))("a key that is %s is kept", async ([, key]) => {
    const collection = someCollection();
    const document: JsonObject = JSON.parse(`{"_id":"a",${JSON.stringify(key)}:{${JSON.stringify(key)}:1}}`);
    storedBy(await documents().store.write({ collection, id: "a", document, expected: undefined }));
    const found = await readOne(documents, collection, "a");
    expect(JSON.stringify(found?.document)).toBe(JSON.stringify(document));
  });

  test.for(Object.entries(oddValues))("%s is kept", async ([, value]) => {
    const collection = someCollection();
    const stored = await inserted(documents(), collection, "a", { value });
    expect((await readOne(documents, collection, "a"))?.document).toEqual({ value, _id: "a" });
    expect(stored.document["value"]).toEqual(value);
  });

  test("security 36: collections and ids whose names hold separators are kept apart", async () => {
    const base = someCollection();
    const names = [base, `${base}#0`, `${base}%23`, `${base}#`, `${base}/a`, `${base} é"`];
    const ids = ["a", "a#b", "#", "0", "a/b", "%23", "é 鍵 🗝", "__proto__", " "];
    for (const name of names) for (const id of ids) await inserted(documents(), name, id, { name });
    for (const name of names) {
      const found = await documents().store.read(name, ids);
      expect([...found.values()].map(({ document }) => document["name"])).toEqual(ids.map(() => name));
    }
  });
}

function refusedNames(documents: Documents): void {
  test.each(["", "\ud800", "x".repeat(MAX_DOCUMENT_ID_BYTES + 1), "é".repeat(MAX_DOCUMENT_ID_BYTES / 2 + 1)])(
    "an id that no store can keep is refused (%#)",
    async (id) => {
      const write = { collection: someCollection(), id, document: { _id: id }, expected: undefined };
      await expect(documents().store.write(write)).rejects.toMatchObject({ code: "invalid" });
      await expect(documents().store.read(someCollection(), [id])).rejects.toMatchObject({ code: "invalid" });
    },
  );

  test.each(["", "\ud800", "x".repeat(300)])(
    "a collection's name that no store can keep is refused (%#)",
    async (name) => {
      await expect(documents().store.definition(name)).rejects.toMatchObject({ code: "invalid" });
      await expect(documents().store.read(name, ["a"])).rejects.toMatchObject({ code: "invalid" });
    },
  );
}

async function readOne(documents: Documents, collection: string, id: string): Promise<StoredDocument | undefined> {
  return (await documents().store.read(collection, [id])).get(id);
}
