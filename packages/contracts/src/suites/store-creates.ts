import type { InstanceStore } from "@stephooks/core";
import { expect, test } from "vitest";
import { EXPIRED, fullHead, readHead, sampleHead, stored } from "./sample-head.ts";

/** What `create` promises. */
export function storeCreates(store: () => InstanceStore): void {
  test("a created head is read back exactly, without fields it never had", async () => {
    const head = await stored(store());
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("every optional field is read back exactly", async () => {
    const head = await stored(store(), fullHead());
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test.each(["__proto__", "constructor", "toString", 'a "b"\n', "schön"])("step %j keeps its count", async (step) => {
    // Entries are compared: a comparison of objects takes an own `constructor` for the class.
    const counts = [[step, { visits: 2, startTime: 1 }]] as const;
    const head = await stored(store(), sampleHead({ step, stepCounts: Object.fromEntries(counts) }));
    const read = await readHead(store(), head.id);
    expect([read?.step, Object.entries(read?.stepCounts ?? {})]).toEqual([step, counts]);
  });

  test("an error without stack and code is read back without them", async () => {
    const error = { name: "Error", message: "", step: "charge", attempt: 1, at: 5 };
    const head = await stored(store(), sampleHead({ error }));
    expect((await readHead(store(), head.id))?.error).toStrictEqual(error);
  });

  test("a taken id refuses a second create with the head that is there", async () => {
    const head = await stored(store(), fullHead());
    const second = sampleHead({ id: head.id, startId: "start-2" });
    expect(await store().create(second)).toStrictEqual({ ok: false, current: head });
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("a create that is repeated is shown its own transaction id", async () => {
    const head = await stored(store());
    expect(await store().create(head)).toMatchObject({ ok: false, current: { transactionId: head.transactionId } });
  });

  test("of twenty creates at once one wins, and the others are shown the winner", async () => {
    const { id } = sampleHead();
    const heads = Array.from({ length: 20 }, (_, index) => sampleHead({ id, startId: `start-${index}` }));
    const results = await Promise.all(heads.map((head) => store().create(head)));
    const winners = heads.filter((_, index) => results[index]?.ok === true);
    expect(winners).toHaveLength(1);
    const refusals = results.filter((result) => !result.ok);
    expect(refusals).toStrictEqual(refusals.map(() => ({ ok: false, current: winners[0] })));
  });

  test("the id of an expired instance is free, for one of many at once", async () => {
    const { id } = await stored(store(), sampleHead({ status: "completed", expiresAt: EXPIRED }));
    const heads = Array.from({ length: 5 }, (_, index) => sampleHead({ id, startId: `again-${index}` }));
    const results = await Promise.all(heads.map((head) => store().create(head)));
    const winners = heads.filter((_, index) => results[index]?.ok === true);
    expect(winners).toHaveLength(1);
    expect(await readHead(store(), id)).toStrictEqual(winners[0]);
    const refusals = results.filter((result) => !result.ok);
    expect(refusals).toStrictEqual(refusals.map(() => ({ ok: false, current: winners[0] })));
  });

  test("ids may hold every character an instance id may hold", async () => {
    const head = await stored(store(), sampleHead({ id: `A.b_C:9@-${sampleHead().id}`.padEnd(128, "z") }));
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });
}
