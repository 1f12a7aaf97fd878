import { type BlobStore, PortError } from "@stephooks/core";
import { describe, expect, test } from "vitest";

/** The contract of `BlobStore` as vitest tests. `makeStore` gives an empty store for every test. */
export function describeBlobStore(name: string, makeStore: () => Promise<BlobStore>): void {
  describe(`blob store: ${name}`, () => {
    describe("read", () => blobReads(makeStore));
    describe("write", () => blobWrites(makeStore));
    describe("paths", () => blobPaths(makeStore));
  });
}

const everyByte = Uint8Array.from({ length: 512 }, (_value, index) => index % 256);

function blobReads(makeStore: () => Promise<BlobStore>): void {
  test("bytes come back as they were written, with what is known about them", async () => {
    const store = await makeStore();
    const before = Date.now();
    const written = await store.write("a/b.bin", everyByte, "image/png");
    expect(written).toMatchObject({ path: "a/b.bin", size: 512, etag: expect.stringMatching(/^[^"]+$/) });
    const read = await store.read("a/b.bin");
    expect(read?.info).toMatchObject({ path: "a/b.bin", size: 512, etag: written.etag, contentType: "image/png" });
    expect(Math.abs((read?.info.modifiedAt ?? 0) - before)).toBeLessThan(60_000);
    expect(await bytesOf(read?.body)).toEqual(everyByte);
    expect(await store.info("a/b.bin")).toEqual(read?.info);
  });

  test("an empty file is a file", async () => {
    const store = await makeStore();
    await store.write("empty", new Uint8Array());
    const read = await store.read("empty");
    expect(read?.info.size).toBe(0);
    expect(await bytesOf(read?.body)).toEqual(new Uint8Array());
  });

  test("what is not there is undefined; removing it settles", async () => {
    const store = await makeStore();
    await store.write("there", everyByte);
    expect(await store.read("nowhere")).toBeUndefined();
    expect(await store.info("nowhere")).toBeUndefined();
    expect(await store.read("the")).toBeUndefined();
    await store.remove("nowhere");
  });

  test.each([[{ start: 0, end: 0 }], [{ start: 0, end: 511 }], [{ start: 100, end: 299 }], [{ start: 511, end: 511 }]])(
    "a range is those bytes, both ends included: %o",
    async (range) => {
      const store = await makeStore();
      await store.write("file", everyByte);
      const read = await store.read("file", range);
      expect(read?.info.size).toBe(512);
      expect(await bytesOf(read?.body)).toEqual(everyByte.slice(range.start, range.end + 1));
    },
  );
}

function blobWrites(makeStore: () => Promise<BlobStore>): void {
  test("a later write replaces bytes, type and ETag; the same bytes keep the ETag", async () => {
    const store = await makeStore();
    const first = await store.write("file", everyByte, "image/png");
    const same = await store.write("file", everyByte, "image/png");
    const other = await store.write("file", everyByte.slice(1), "text/plain");
    expect(same.etag).toBe(first.etag);
    expect(other.etag).not.toBe(first.etag);
    expect(await store.info("file")).toMatchObject({ size: 511, contentType: "text/plain" });
  });

  test("a removed file is gone", async () => {
    const store = await makeStore();
    await store.write("file", everyByte);
    await store.remove("file");
    expect(await store.read("file")).toBeUndefined();
    expect(await listed(store, "")).toEqual([]);
  });
}

function blobPaths(makeStore: () => Promise<BlobStore>): void {
  test("a list has all paths with the prefix, each once, over several pages", async () => {
    const store = await makeStore();
    const names = ["b/1", "b/10", "b/2", "b/ä", "b/z", "b/Z", "b/𝄞"];
    for (const path of [...names, "a", "b", "c/1"]) await store.write(path, everyByte);
    expect((await listed(store, "b/")).toSorted()).toEqual(names.toSorted());
    expect(await listed(store, "nothing/")).toEqual([]);
    expect((await listed(store, "")).length).toBe(10);
  });

  test("odd paths are taken as they are", async () => {
    const store = await makeStore();
    for (const path of ["a b+c%20d&e=f?g#h", "ä/ö/🙂", "x/../y", "dir/", "__proto__", "a//b", "k".repeat(1_024)]) {
      await store.write(path, new TextEncoder().encode(path));
      const read = await store.read(path);
      expect(new TextDecoder().decode(await bytesOf(read?.body)), path).toBe(path);
      expect(await listed(store, path)).toEqual([path]);
      await store.remove(path);
      expect(await store.info(path)).toBeUndefined();
    }
  });

  test.each([
    ["an empty path", ""],
    ["a slash in front", "/a"],
    ["more than 1,024 bytes", "k".repeat(1_025)],
    ["half a character", "\u{D800}"],
  ])("no store takes %s", async (_what, path) => {
    const store = await makeStore();
    for (const call of [store.write(path, everyByte), store.read(path), store.info(path), store.remove(path)]) {
      const error: unknown = await call.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(PortError);
      expect(error).toMatchObject({ code: "invalid" });
    }
  });

  test("bytes that change after the write, or after the read, change nothing", async () => {
    const store = await makeStore();
    const given = Uint8Array.of(1, 2, 3);
    const writing = store.write("file", given);
    await writing;
    given.fill(9);
    const first = await bytesOf((await store.read("file"))?.body);
    first.fill(8);
    expect(await bytesOf((await store.read("file"))?.body)).toEqual(Uint8Array.of(1, 2, 3));
  });
}

async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Uint8Array.from(Buffer.concat(chunks));
}

async function listed(store: BlobStore, prefix: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const page of store.list(prefix)) paths.push(...page.map(({ path }) => path));
  return paths;
}
