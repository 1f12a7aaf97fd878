import {
  type ClearableField,
  type HeadCondition,
  type InstanceHead,
  type InstanceStore,
  isCodedError,
} from "@stephooks/core";
import { expect, test } from "vitest";
import { everyClearableField, fullHead, readHead, sampleHead, stored } from "./sample-head.ts";

const always: HeadCondition = { statusIn: ["runnable"] };

/** What `clear` promises, and the conditions and index places beside it. */
export function storeClears(store: () => InstanceStore): void {
  test.each(clearableFields)("clearing %s takes it away and nothing else", async (field) => {
    const head = await stored(store(), fullHead());
    expect(await store().update(head.id, { set: { seq: 4 }, clear: [field] }, always)).toEqual({ ok: true });
    expect(await readHead(store(), head.id)).toStrictEqual(without({ ...head, seq: 4 }, field));
  });

  test("every clearable field can be cleared at once, with no other change", async () => {
    const head = await stored(store(), fullHead());
    expect(await store().update(head.id, { set: {}, clear: clearableFields }, always)).toEqual({ ok: true });
    expect(await readHead(store(), head.id)).toStrictEqual(clearableFields.reduce(without, head));
  });

  test("clearing what is not there, or twice, changes nothing", async () => {
    const head = await stored(store());
    const clear = [...clearableFields, ...clearableFields];
    expect(await store().update(head.id, { set: {}, clear }, always)).toEqual({ ok: true });
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("a cleared field can be set again", async () => {
    const head = await stored(store(), fullHead());
    await store().update(head.id, { set: {}, clear: clearableFields }, always);
    await store().update(head.id, { set: everyClearableField }, always);
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test.each(clearableFields)(
    "setting and clearing %s at once rejects with invalid and changes nothing",
    async (field) => {
      const head = await stored(store(), fullHead());
      const update = { set: { seq: 4, [field]: everyClearableField[field] }, clear: [field] };
      await expect(store().update(head.id, update, always)).rejects.toSatisfy(
        (error) => isCodedError(error) && error.code === "invalid",
      );
      expect(await readHead(store(), head.id)).toStrictEqual(head);
    },
  );

  test("a refused update clears nothing", async () => {
    const head = await stored(store(), fullHead());
    const update = { set: {}, clear: clearableFields };
    expect(await store().update(head.id, update, { ...always, seq: 99 })).toStrictEqual({ ok: false, current: head });
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("fields are cleared beside a state that loses and gains keys", async () => {
    const state = new Map([
      ["a", "1"],
      ["b", "1"],
    ]);
    const head = await stored(store(), sampleHead({ ...everyClearableField, state }));
    const write = { kind: "keys", set: new Map([["c", "2"]]), remove: ["a", "b"] } as const;
    await store().update(head.id, { set: {}, clear: ["removed", "results"], state: write }, always);
    const left = without(without(head, "removed"), "results");
    expect(await readHead(store(), head.id)).toStrictEqual({ ...left, state: new Map([["c", "2"]]) });
  });

  pauseConditions(store);

  test("places in the indexes are no part of what is read", async () => {
    const head = await stored(store());
    const { createdAt, workflow } = head;
    const listed = { workflow, group: "completed", createdAt } as const;
    expect(await store().update(head.id, { set: { indexedAt: 5 }, listed }, always)).toEqual({ ok: true });
    expect(await readHead(store(), head.id)).toStrictEqual({ ...head, indexedAt: 5 });
  });
}

function pauseConditions(store: () => InstanceStore): void {
  test.each([
    { kept: {}, asked: { pauseId: "p1" }, met: false },
    { kept: {}, asked: { pauseId: null }, met: true },
    { kept: { pauseId: "p1" }, asked: { pauseId: "p1" }, met: true },
    { kept: { pauseId: "p1" }, asked: { pauseId: "p2" }, met: false },
    { kept: { pauseId: "p1" }, asked: { pauseId: null }, met: false },
    { kept: {}, asked: { heldToken: 0 }, met: false },
    { kept: {}, asked: { heldToken: null }, met: true },
    { kept: { heldToken: 0 }, asked: { heldToken: 0 }, met: true },
    { kept: { heldToken: 0 }, asked: { heldToken: 1 }, met: false },
    { kept: { heldToken: 0 }, asked: { heldToken: null }, met: false },
  ])("of a head with $kept, the condition $asked holds: $met", async ({ kept, asked, met }) => {
    const head = await stored(store(), sampleHead(kept));
    const result = await store().update(head.id, { set: { attempt: 2 } }, { ...always, ...asked });
    expect(result).toStrictEqual(met ? { ok: true } : { ok: false, current: head });
    expect(await readHead(store(), head.id)).toStrictEqual(met ? { ...head, attempt: 2 } : head);
  });

  test("clearing the pause meets the condition that there is none", async () => {
    const head = await stored(store(), sampleHead({ pauseId: "p1" }));
    expect(await store().update(head.id, { set: {}, clear: ["pauseId"] }, { ...always, pauseId: "p1" })).toEqual({
      ok: true,
    });
    expect(await store().update(head.id, { set: {} }, { ...always, pauseId: null })).toEqual({ ok: true });
  });
}

const clearableFields = Object.keys(everyClearableField).filter(isClearable);

function isClearable(name: string): name is ClearableField {
  return Object.hasOwn(everyClearableField, name);
}

function without(head: InstanceHead, field: ClearableField): InstanceHead {
  const { [field]: _cleared, ...rest } = head;
  return rest;
}
