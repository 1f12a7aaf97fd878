import { branchId, type InstanceStore } from "@stephooks/core";
import { expect, test } from "vitest";
import { fullHead, readHead, sampleHead, stored } from "./sample-head.ts";

/** What the store promises about branches' own records: heads like any other. */
export function storeBranchRecords(store: () => InstanceStore): void {
  test("a record is a head of its own beside its instance", async () => {
    const instance = await stored(store(), fullHead());
    const id = branchId({ instance: instance.id, seq: 3, branch: 0 });
    expect(await readHead(store(), id)).toBeUndefined();
    const record = await stored(store(), { ...fullHead(), id, step: "branch" });
    expect(await readHead(store(), id)).toStrictEqual(record);
    expect(await readHead(store(), instance.id)).toStrictEqual(instance);
    await store().update(id, { set: { seq: 9 } }, { statusIn: ["runnable"] });
    expect(await readHead(store(), id)).toStrictEqual({ ...record, seq: 9 });
    expect(await readHead(store(), instance.id)).toStrictEqual(instance);
  });

  test("a record can be there without its instance", async () => {
    const instance = sampleHead().id;
    const record = await stored(store(), sampleHead({ id: branchId({ instance, seq: 1, branch: 2 }) }));
    expect(await readHead(store(), instance)).toBeUndefined();
    expect(await readHead(store(), record.id)).toStrictEqual(record);
  });

  test("records of one instance are told apart by fan-out and branch, and read at once", async () => {
    const instance = await stored(store());
    const refs = [
      { seq: 1, branch: 12 },
      { seq: 11, branch: 2 },
      { seq: 112, branch: 0 },
      { seq: 999_999_999_999_999, branch: 999 },
    ];
    const ids = refs.map((ref) => branchId({ instance: instance.id, ...ref }));
    const records = await Promise.all(ids.map((id, visit) => stored(store(), sampleHead({ id, visit }))));
    const found = await store().read([instance.id, ...ids, `${instance.id}/1/1`]);
    expect(found).toStrictEqual(new Map([instance, ...records].map((head) => [head.id, head])));
  });

  test("a refused write of a record shows the record", async () => {
    const instance = await stored(store());
    const record = await stored(store(), sampleHead({ id: `${instance.id}/3/1` }));
    expect(await store().create({ ...record, visit: 7 })).toStrictEqual({ ok: false, current: record });
    const refused = await store().update(record.id, { set: { seq: 4 } }, { statusIn: ["runnable"], seq: 99 });
    expect(refused).toStrictEqual({ ok: false, current: record });
  });

  test("a record takes the place of one that an earlier start has left, for one of many at once", async () => {
    const left = await stored(store(), { ...fullHead(), id: `${sampleHead().id}/3/1`, startId: "earlier" });
    const records = Array.from({ length: 5 }, (_, visit) => sampleHead({ id: left.id, visit }));
    const results = await Promise.all(records.map((record) => store().create(record)));
    const winners = records.filter((_, index) => results[index]?.ok === true);
    expect(winners).toHaveLength(1);
    expect(await readHead(store(), left.id)).toStrictEqual(winners[0]);
    const refusals = results.filter((result) => !result.ok);
    expect(refusals).toStrictEqual(refusals.map(() => ({ ok: false, current: winners[0] })));
  });

  test("a record has one spelling", async () => {
    const record = await stored(store(), sampleHead({ id: `${sampleHead().id}/3/1` }));
    const other = record.id.replace("/3/1", "/03/1");
    expect(await store().read([other])).toEqual(new Map());
    expect(await store().update(other, { set: {} }, { statusIn: ["runnable"] })).toMatchObject({ ok: false });
  });
}
