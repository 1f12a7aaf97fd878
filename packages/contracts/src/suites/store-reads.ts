import { type InstanceStore, isCodedError } from "@stephooks/core";
import { expect, test } from "vitest";
import { EXPIRED, LONG_AHEAD, readHead, sampleHead, stored } from "./sample-head.ts";

/** What `read` promises. */
export function storeReads(store: () => InstanceStore): void {
  test("reading no ids gives no heads", async () => {
    expect(await store().read([])).toEqual(new Map());
  });

  test("an id without an instance is absent from the answer", async () => {
    const head = await stored(store());
    const missing = sampleHead().id;
    expect(await store().read([missing])).toEqual(new Map());
    expect(await store().read([missing, head.id])).toStrictEqual(new Map([[head.id, head]]));
  });

  test("an id that is asked for twice is answered once", async () => {
    const head = await stored(store());
    const other = await stored(store());
    expect(await store().read([head.id, head.id])).toStrictEqual(new Map([[head.id, head]]));
    const both = await store().read([head.id, other.id, head.id, other.id]);
    expect([...both.keys()].toSorted()).toEqual([head.id, other.id].toSorted());
  });

  test("100 instances are read at once, each as it is", async () => {
    const heads = await Promise.all(
      Array.from({ length: 100 }, (_, index) => stored(store(), sampleHead({ visit: index }))),
    );
    const found = await store().read(heads.map(({ id }) => id));
    expect(found.size).toBe(100);
    expect(heads.map(({ id }) => found.get(id))).toStrictEqual(heads);
  });

  test("an instance that has expired is absent, also among others, and one that expires later is not", async () => {
    const expiresAt = EXPIRED;
    const gone = await stored(store(), sampleHead({ status: "completed", expiresAt }));
    const kept = await stored(store(), sampleHead({ status: "completed", expiresAt: LONG_AHEAD }));
    expect(await store().read([gone.id])).toEqual(new Map());
    expect(await store().read([gone.id, kept.id])).toStrictEqual(new Map([[kept.id, kept]]));
  });

  test("an update can set the expiry and take it away", async () => {
    const head = await stored(store());
    const statusIn = ["runnable", "failed"] as const;
    await store().update(head.id, { set: { status: "failed", expiresAt: EXPIRED } }, { statusIn });
    expect(await readHead(store(), head.id)).toBeUndefined();
    await store().update(head.id, { set: { status: "runnable" }, clear: ["expiresAt"] }, { statusIn });
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("101 ids at once reject with invalid", async () => {
    const ids = Array.from({ length: 101 }, () => sampleHead().id);
    const read = store().read([...ids, ...ids]);
    await expect(read).rejects.toSatisfy((error) => isCodedError(error) && error.code === "invalid");
  });

  test("a read after a write sees the write, fifty times in a row", async () => {
    const head = await stored(store());
    for (let seq = head.seq + 1; seq <= head.seq + 50; seq += 1) {
      await store().update(head.id, { set: { seq } }, { statusIn: ["runnable"], seq: seq - 1 });
      expect((await readHead(store(), head.id))?.seq).toBe(seq);
    }
  });
}
