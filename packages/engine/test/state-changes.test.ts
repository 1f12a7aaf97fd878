import { decodeState, encodeState, type InstanceHead, StateError } from "@stephooks/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instanceDocument } from "../src/instance-document.ts";
import { stateChanges, stateWrite } from "../src/state-changes.ts";
import { headWith, START } from "./support/bench.ts";

const error = { name: "Error", message: "x", step: "begin", attempt: 1, at: START };

function stored(state: object, changes: Partial<InstanceHead> = {}): InstanceHead {
  return headWith({ state: encodeState(state).entries, ...changes });
}

describe("what a step wants changed", () => {
  test("only keys whose JSON differs are written", () => {
    const changes = stateChanges(stored({ a: 1, b: { c: [1] }, d: "x" }), { a: 2, b: { c: [1] }, d: "x", e: null });
    expect(changes).toEqual({
      kind: "keys",
      set: new Map([
        ["a", "2"],
        ["e", "null"],
      ]),
      remove: [],
    });
  });

  test("a value that another hand stored as other text is no change", () => {
    const head = headWith({ state: new Map([["a", '{ "b": [1, 2] }']]) });
    expect(stateChanges(head, { a: { b: [1, 2] } }).set).toEqual(new Map());
    expect(stateChanges(head, { a: { b: [1] } }).set).toEqual(new Map([["a", '{"b":[1]}']]));
  });

  test("absent keys are kept, keys given as undefined are removed", () => {
    expect(stateChanges(stored({ a: 1, b: 2 }), { a: undefined, never: undefined })).toEqual({
      kind: "keys",
      set: new Map(),
      remove: ["a"],
    });
  });

  test("the whole document handed back unchanged changes nothing", () => {
    const head = stored({ a: 1 }, { error, totalTime: 5, previousStep: "x", seq: 3 });
    expect(stateChanges(head, { ...instanceDocument(head), instanceId: head.id }).set).toEqual(new Map());
  });

  test.each([
    "_id",
    "nextStep",
    "createdAt",
    "updatedAt",
    "instanceId",
    "workflowName",
    "stepCount",
    "parallelSteps",
    "previousStep",
  ])("the engine's own name %s is ignored, whatever its value", (name) => {
    expect(stateChanges(stored({}), { [name]: "forged" }).set).toEqual(new Map());
    expect(stateChanges(stored({}), { [name]: undefined }).remove).toEqual([]);
  });

  test("a user may have keys named status, lastError and totalTime", () => {
    const given = { status: "paid", lastError: "card", totalTime: 12 };
    const { set } = stateChanges(stored({}, { error }), given);
    expect(decodeState(set)).toEqual(given);
  });

  test("a key named __proto__ is data like any other", () => {
    const given: object = JSON.parse('{"__proto__":{"x":1}}');
    expect(stateChanges(stored({}), given).set).toEqual(new Map([["__proto__", '{"x":1}']]));
    expect("x" in {}).toBe(false);
  });

  test("the size that counts is that of the state as it will be stored", () => {
    const head = stored({ big: "x".repeat(200_000) });
    expect(() => stateChanges(head, { more: "x".repeat(200_000) })).toThrow(StateError);
    expect(() => stateChanges(head, { more: "x".repeat(200_000), big: undefined })).not.toThrow();
  });

  test("applied to the stored state, the changes give what was handed over on top of it, for all states", () => {
    const state = fc.dictionary(fc.stringMatching(/^[a-e]$/), fc.jsonValue());
    fc.assert(
      fc.property(state, state, (before, given) => {
        const head = stored(before);
        const { set } = stateChanges(head, given);
        expect(decodeState(new Map([...head.state, ...set]))).toEqual(
          decodeState(encodeState({ ...before, ...given }).entries),
        );
        for (const [key, json] of set) expect(head.state.get(key)).not.toBe(json);
      }),
    );
  });
});

test("nothing changed means nothing written", () => {
  expect(stateWrite(new Map(), { kind: "keys", set: new Map(), remove: [] })).toEqual({ replacesMap: false });
});

describe("the document a step and a reader see", () => {
  test("the engine's fields stand beside the user's keys", () => {
    expect(instanceDocument(stored({ a: 1 }))).toEqual({
      a: 1,
      _id: "order-1",
      nextStep: "begin",
      workflowName: "orders",
      createdAt: "2026-01-01T00:00:00.000Z",
      updatedAt: "2026-01-01T00:00:00.000Z",
      stepCount: { begin: { visits: 1, startTime: new Date(START).toISOString() } },
      parallelSteps: {},
    });
  });

  test.each<readonly [string, Partial<InstanceHead>, object]>([
    [
      "completed",
      { status: "completed", totalTime: 9, previousStep: "begin" },
      { nextStep: null, totalTime: 9, previousStep: "begin" },
    ],
    ["failed", { status: "failed", error }, { nextStep: "begin", lastError: error, status: "paid" }],
    ["cancelled", { status: "cancelled" }, { nextStep: "begin", status: "cancelled" }],
    ["running", {}, { nextStep: "begin", status: "paid" }],
  ])("an instance that is %s", (_what, changes, expected) => {
    expect(instanceDocument(stored({ status: "paid" }, changes))).toMatchObject(expected);
  });
});
