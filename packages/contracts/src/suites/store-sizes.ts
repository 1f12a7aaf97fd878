import { type InstanceStore, isCodedError } from "@stephooks/core";
import { expect, test } from "vitest";
import { readHead, sampleHead, stored } from "./sample-head.ts";

/** The largest state the engine hands over is a little above this, bytes. */
const LARGE = 335 * 1_024;

/** Beyond every limit of one item, bytes. */
const TOO_LARGE = 410 * 1_024;

/** That the largest state the engine allows can be stored. */
export function storeSizes(store: () => InstanceStore): void {
  test("a state of one 335 KB value is stored by create and by update", async () => {
    const large = new Map([["large", JSON.stringify("é".repeat(LARGE / 2))]]);
    const created = await stored(store(), sampleHead({ state: large }));
    expect(await readHead(store(), created.id)).toStrictEqual(created);
    const updated = await stored(store());
    const state = { kind: "whole", entries: large } as const;
    await store().update(updated.id, { set: {}, state }, { statusIn: ["runnable"] });
    expect(await readHead(store(), updated.id)).toStrictEqual({ ...updated, state: large });
  });

  test("a state of 1,000 keys and 300 KB is stored", async () => {
    const state = new Map(Array.from({ length: 1_000 }, (_, index) => [`key-${index}`, `"${"v".repeat(280)}"`]));
    const head = await stored(store(), sampleHead({ state }));
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("100 instances of 100 KB are read at once", async () => {
    const state = new Map([["large", JSON.stringify("x".repeat(100 * 1_024))]]);
    const heads = await Promise.all(Array.from({ length: 100 }, () => stored(store(), sampleHead({ state }))));
    const found = await store().read(heads.map(({ id }) => id));
    expect([...found.values()].filter((head) => head.state.get("large") === state.get("large"))).toHaveLength(100);
  });
}

/** That a store with a limit says so in its own words. */
export function storeLimits(store: () => InstanceStore): void {
  const tooLarge = new Map([["large", JSON.stringify("x".repeat(TOO_LARGE))]]);

  test("a create above the limit rejects with too-large and stores nothing", async () => {
    const head = sampleHead({ state: tooLarge });
    await expect(store().create(head)).rejects.toSatisfy((error) => isCodedError(error) && error.code === "too-large");
    expect(await readHead(store(), head.id)).toBeUndefined();
  });

  test("an update above the limit rejects with too-large and changes nothing", async () => {
    const head = await stored(store());
    const update = { set: { seq: 4 }, state: { kind: "keys", set: tooLarge, remove: [] } } as const;
    await expect(store().update(head.id, update, { statusIn: ["runnable"] })).rejects.toSatisfy(
      (error) => isCodedError(error) && error.code === "too-large",
    );
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });
}
