import type { HeadCondition, InstanceStore, StateEntries } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { oddKeys, oddValues } from "./odd-text.ts";
import { readHead, sampleHead, stored } from "./sample-head.ts";

const always: HeadCondition = { statusIn: ["runnable"] };

/** What `update` promises about state. */
export function storeStates(store: () => InstanceStore): void {
  const stateOf = async (id: string): Promise<StateEntries | undefined> => (await readHead(store(), id))?.state;
  const withState = async (state: StateEntries): Promise<string> => (await stored(store(), sampleHead({ state }))).id;
  const setKey = (id: string, key: string, json: string) =>
    store().update(id, { set: {}, state: { kind: "keys", set: new Map([[key, json]]), remove: [] } }, always);

  test("writing keys leaves other keys alone", async () => {
    const id = await withState(entries({ kept: 1, changed: 1, removed: 1 }));
    const set = new Map([
      ["changed", "2"],
      ["added", "3"],
    ]);
    await store().update(id, { set: {}, state: { kind: "keys", set, remove: ["removed", "never there"] } }, always);
    expect(await stateOf(id)).toEqual(entries({ kept: 1, changed: 2, added: 3 }));
  });

  test("writers of different keys at once do not lose each other's writes", async () => {
    const id = await withState(entries({ first: 0 }));
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key, index) => setKey(id, key, String(index))));
    expect(await stateOf(id)).toEqual(
      entries({ first: 0, ...Object.fromEntries(keys.map((key, index) => [key, index])) }),
    );
  });

  test("a key that is both set and removed is gone", async () => {
    const id = await withState(entries({ key: 1 }));
    const set = new Map([["key", "2"]]);
    await store().update(id, { set: {}, state: { kind: "keys", set, remove: ["key", "key"] } }, always);
    expect(await stateOf(id)).toEqual(new Map());
  });

  test("a whole write replaces every key", async () => {
    const id = await withState(entries({ old: 1, both: 1 }));
    await store().update(
      id,
      { set: { patchVersion: 1 }, state: { kind: "whole", entries: entries({ both: 2 }) } },
      always,
    );
    expect(await stateOf(id)).toEqual(entries({ both: 2 }));
  });

  test("a refused update leaves the state alone", async () => {
    const id = await withState(entries({ key: 1 }));
    const state = { kind: "whole", entries: new Map() } as const;
    expect(await store().update(id, { set: {}, state }, { ...always, patchVersion: 9 })).toMatchObject({ ok: false });
    expect(await stateOf(id)).toEqual(entries({ key: 1 }));
  });

  test("150 keys can be written and 50 removed at once", async () => {
    const id = await withState(new Map(Array.from({ length: 50 }, (_, index) => [`old-${index}`, "0"])));
    const set = new Map(Array.from({ length: 150 }, (_, index) => [`new-${index}`, "1"]));
    const remove = Array.from({ length: 50 }, (_, index) => `old-${index}`);
    await store().update(id, { set: {}, state: { kind: "keys", set, remove } }, always);
    expect(await stateOf(id)).toEqual(set);
  });

  oddStates(stateOf, withState, store);
}

function oddStates(
  stateOf: (id: string) => Promise<StateEntries | undefined>,
  withState: (state: StateEntries) => Promise<string>,
  store: () => InstanceStore,
): void {
  describe.each(Object.entries(oddKeys))("a state key of %s", (_, key) => {
    const odd = new Map([
      [key, '"odd"'],
      ["plain", "1"],
    ]);

    test("survives a create, a whole write and a refusal", async () => {
      const id = await withState(odd);
      expect(await stateOf(id)).toEqual(odd);
      const refused = await store().update(id, { set: { attempt: 2 } }, { ...always, seq: 99 });
      expect(refused).toMatchObject({ ok: false, current: { state: odd } });
      await store().update(id, { set: {}, state: { kind: "whole", entries: odd } }, always);
      expect(await stateOf(id)).toEqual(odd);
    });

    test("can be set and removed alone", async () => {
      const id = await withState(entries({ plain: 1 }));
      const set = new Map([[key, '"odd"']]);
      await store().update(id, { set: {}, state: { kind: "keys", set, remove: [] } }, always);
      expect(await stateOf(id)).toEqual(odd);
      await store().update(id, { set: {}, state: { kind: "keys", set: new Map(), remove: [key] } }, always);
      expect(await stateOf(id)).toEqual(entries({ plain: 1 }));
    });
  });

  test.each(Object.entries(oddValues))("a state value of %s survives", async (_, value) => {
    const state = new Map([["key", JSON.stringify(value)]]);
    expect(await stateOf(await withState(state))).toEqual(state);
  });
}

function entries(state: Readonly<Record<string, unknown>>): StateEntries {
  return new Map(Object.entries(state).map(([key, value]) => [key, JSON.stringify(value)]));
}
