import type { HeadCondition, HeadStatus, HeadUpdate, InstanceStore } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { everyMutableField, fullHead, readHead, sampleHead, stored } from "./sample-head.ts";

const statuses: readonly HeadStatus[] = [
  "runnable",
  "waiting",
  "timer",
  "joining",
  "blocked",
  "completed",
  "failed",
  "cancelled",
];

/** Conditions that do not hold for a sample head; all other parts of each do hold. */
const failingConditions: Readonly<Record<string, HeadCondition>> = {
  "an older seq": { statusIn: ["runnable"], seq: 2, token: 2, patchVersion: 0 },
  "a newer seq": { statusIn: ["runnable"], seq: 4 },
  "another token": { statusIn: ["runnable"], seq: 3, token: 1 },
  "another patch version": { statusIn: ["runnable"], patchVersion: 1 },
  "another status": { statusIn: ["waiting", "timer"], seq: 3, token: 2, patchVersion: 0 },
  "no status at all": { statusIn: [], seq: 3 },
};

const ended: HeadUpdate = { set: { seq: 4, status: "completed", transactionId: "11" } };

/** What `update` promises about fields and conditions. */
export function storeUpdates(store: () => InstanceStore): void {
  test("an update under a condition that holds changes what it names and nothing else", async () => {
    const head = await stored(store(), fullHead());
    const condition: HeadCondition = { statusIn: ["waiting", "runnable"], seq: 3, token: 2, patchVersion: 0 };
    expect(await store().update(head.id, ended, condition)).toEqual({ ok: true });
    expect(await readHead(store(), head.id)).toStrictEqual({ ...head, ...ended.set });
  });

  test("every mutable field can be updated", async () => {
    const head = await stored(store());
    await store().update(head.id, { set: everyMutableField }, { statusIn: ["runnable"] });
    expect(await readHead(store(), head.id)).toStrictEqual({ ...head, ...everyMutableField });
  });

  test.each(statuses)("status %s is stored, read back and met by a condition", async (status) => {
    const head = await stored(store(), sampleHead({ status }));
    expect((await readHead(store(), head.id))?.status).toBe(status);
    expect(await store().update(head.id, { set: { attempt: 2 } }, { statusIn: [status] })).toEqual({ ok: true });
  });

  describe("refuses with the head as it is, and changes nothing, when the condition asks for", () => {
    test.each(Object.entries(failingConditions))("%s", async (_, condition) => {
      const head = await stored(store());
      expect(await store().update(head.id, ended, condition)).toStrictEqual({ ok: false, current: head });
      expect(await readHead(store(), head.id)).toStrictEqual(head);
    });
  });

  test("a late write is refused with the head as it is", async () => {
    const head = await stored(store(), fullHead());
    await store().update(head.id, ended, { statusIn: ["runnable"], seq: 3 });
    const late = await store().update(head.id, { set: { seq: 4, step: "late" } }, { statusIn: ["runnable"], seq: 3 });
    expect(late).toStrictEqual({ ok: false, current: { ...head, ...ended.set } });
  });

  test("an instance that does not exist refuses every update and is not created", async () => {
    const { id } = sampleHead();
    const update: HeadUpdate = { ...ended, state: { kind: "keys", set: new Map([["a", "1"]]), remove: [] } };
    expect(await store().update(id, update, { statusIn: statuses })).toStrictEqual({ ok: false, current: undefined });
    expect(await store().update(id, update, { statusIn: [] })).toStrictEqual({ ok: false, current: undefined });
    expect(await readHead(store(), id)).toBeUndefined();
  });

  test("of twenty updates with one seq one wins, and the others are shown what it wrote", async () => {
    const head = await stored(store());
    const writes = Array.from({ length: 20 }, (_, index) => ({ seq: 4, transactionId: `tx-${index}` }));
    const results = await Promise.all(
      writes.map((set) => store().update(head.id, { set }, { statusIn: ["runnable"], seq: 3 })),
    );
    const winners = writes.filter((_, index) => results[index]?.ok === true);
    expect(winners).toHaveLength(1);
    const refusals = results.filter((result) => !result.ok);
    expect(refusals).toStrictEqual(refusals.map(() => ({ ok: false, current: { ...head, ...winners[0] } })));
  });

  test("an update of nothing is a check of its condition", async () => {
    const head = await stored(store());
    expect(await store().update(head.id, { set: {} }, { statusIn: ["runnable"] })).toEqual({ ok: true });
    expect(await store().update(head.id, { set: {} }, { statusIn: ["failed"] })).toMatchObject({ ok: false });
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });
}
