import { randomBytes } from "node:crypto";
import type { ApiKeyStore, StoredApiKey } from "@stephooks/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

export interface KeysUnderTest {
  readonly keys: ApiKeyStore;
  dispose?(): Promise<void>;
}

/** A list follows its keys within this, milliseconds. */
const settled = { timeout: 10_000 };

/** The contract of `ApiKeyStore` as vitest tests. `makeKeys` is called once, for an empty store. */
export function describeApiKeyStore(name: string, makeKeys: () => Promise<KeysUnderTest>): void {
  describe(`API keys: ${name}`, () => {
    let made: KeysUnderTest | undefined;
    const keys = (): ApiKeyStore => {
      if (made === undefined) throw new TypeError("The store is used outside a test.");
      return made.keys;
    };
    beforeAll(async () => {
      made = await makeKeys();
    });
    afterAll(() => made?.dispose?.());

    test("what was never put is not found, and cannot be removed", async () => {
      const { sha256 } = someKey();
      expect(await keys().find(sha256)).toBeUndefined();
      expect(await keys().remove(sha256)).toBe(false);
    });

    test("a key is found by its digest, with what it may do", async () => {
      const [writer, reader] = [someKey("writer"), someKey("reader", "read-only")];
      await keys().put(writer);
      await keys().put(reader);
      expect(await keys().find(writer.sha256)).toEqual({ name: "writer", access: "read-write" });
      expect(await keys().find(reader.sha256)).toEqual({ name: "reader", access: "read-only" });
    });

    test("a key put again is replaced", async () => {
      const key = someKey("first");
      await keys().put(key);
      await keys().put({ ...key, name: "second", access: "read-only" });
      expect(await keys().find(key.sha256)).toEqual({ name: "second", access: "read-only" });
    });

    test("a removed key is gone", async () => {
      const key = someKey();
      await keys().put(key);
      expect(await keys().remove(key.sha256)).toBe(true);
      expect(await keys().find(key.sha256)).toBeUndefined();
      expect(await keys().remove(key.sha256)).toBe(false);
    });

    test("the list is ordered by name, and has two keys of one name", async () => {
      const added = [someKey("list b"), someKey("list c", "read-only"), someKey("list a"), someKey("list c")];
      for (const key of added) await keys().put(key);
      const listed = async () => (await keys().list()).filter((key) => key.name.startsWith("list "));
      await expect
        .poll(async () => (await listed()).map((key) => key.name), settled)
        .toEqual(["list a", "list b", "list c", "list c"]);
      expect(new Set(await listed())).toEqual(new Set(added));
      for (const { sha256 } of added) await keys().remove(sha256);
      await expect.poll(listed, settled).toEqual([]);
    });
  });
}

function someKey(name = "some key", access: StoredApiKey["access"] = "read-write"): StoredApiKey {
  return { name, access, sha256: randomBytes(32).toString("hex") };
}
