import { dueShard, PortError, type StateEntries } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { headExpressions } from "../src/head-expressions.ts";

const runnable = { statusIn: ["runnable"] } as const;

test("fields become SET clauses with placeholders, the condition compares what it names", () => {
  const update = { set: { seq: 4, status: "completed", step: "ship" } } as const;
  expect(
    headExpressions("order-1", update, { statusIn: ["runnable", "timer"], seq: 3, token: 2, patchVersion: 0 }),
  ).toEqual({
    UpdateExpression: "SET #n=:n,#st=:st,#s=:s",
    ConditionExpression: "#st IN (:st0,:st1) AND #n=:n0 AND #k=:k0 AND #pv=:pv0",
    ExpressionAttributeNames: { "#n": "n", "#st": "st", "#s": "s", "#k": "k", "#pv": "pv" },
    ExpressionAttributeValues: {
      ":n": { N: "4" },
      ":st": { S: "D" },
      ":s": { S: "ship" },
      ":st0": { S: "R" },
      ":st1": { S: "T" },
      ":n0": { N: "3" },
      ":k0": { N: "2" },
      ":pv0": { N: "0" },
    },
  });
});

test("written keys are set and removed one by one inside the map", () => {
  const state = { kind: "keys", set: new Map([["a", "1"]]), remove: ["b", "c"] } as const;
  expect(headExpressions("order-1", { set: {}, state }, runnable)).toMatchObject({
    UpdateExpression: "SET #d.#d0=:d0 REMOVE #d.#r0,#d.#r1",
    ExpressionAttributeNames: { "#d": "d", "#d0": "a", "#r0": "b", "#r1": "c" },
    ExpressionAttributeValues: { ":d0": { S: "1" } },
  });
});

test("a whole write sets the map", () => {
  const state = { kind: "whole", entries: new Map([["a", "1"]]) } as const;
  expect(headExpressions("order-1", { set: {}, state }, runnable)).toMatchObject({
    UpdateExpression: "SET #d=:d",
    ExpressionAttributeValues: { ":d": { M: { a: { S: "1" } } } },
  });
});

test("a key that is set and removed appears once, as removed", () => {
  const state = { kind: "keys", set: new Map([["a", "1"]]), remove: ["a", "a"] } as const;
  const expressions = headExpressions("order-1", { set: {}, state }, runnable);
  expect(expressions.UpdateExpression).toBe("REMOVE #d.#r0");
  expect(expressions.ExpressionAttributeNames).toEqual({ "#d": "d", "#r0": "a", "#st": "st" });
});

test("an update of nothing has no update expression and no unused name", () => {
  const state = { kind: "keys", set: new Map<string, string>(), remove: [] } as const;
  expect(headExpressions("order-1", { set: {}, state }, runnable)).toEqual({
    ConditionExpression: "#st IN (:st0)",
    ExpressionAttributeNames: { "#st": "st" },
    ExpressionAttributeValues: { ":st0": { S: "R" } },
  });
});

test("no status at all is a condition that never holds", () => {
  expect(headExpressions("order-1", { set: {} }, { statusIn: [] })).toEqual({
    ConditionExpression: "attribute_exists(#pk) AND attribute_not_exists(#pk)",
    ExpressionAttributeNames: { "#pk": "pk" },
  });
});

test("cleared fields are removed, each attribute once; the due time takes both keys of its index", () => {
  const update = { set: {}, clear: ["indexedAt", "error", "results", "error"] } as const;
  expect(headExpressions("order-1", update, runnable)).toMatchObject({
    UpdateExpression: "REMOVE #gp,#gs,#e,#r",
    ExpressionAttributeNames: { "#gp": "gp", "#gs": "gs", "#e": "e", "#r": "r", "#st": "st" },
  });
});

test("a due time is written with both keys of its index, a list place with both of its own", () => {
  const listed = { workflow: "a#b", group: "cancelled", createdAt: 5 } as const;
  expect(headExpressions("order-1", { set: { indexedAt: 7 }, listed }, runnable)).toMatchObject({
    UpdateExpression: "SET #gp=:gp,#gs=:gs,#lp=:lp,#ls=:ls",
    ExpressionAttributeValues: {
      ":gp": { S: `D#${dueShard("order-1")}` },
      ":gs": { N: "7" },
      ":lp": { S: "a%23b#C" },
      ":ls": { S: "000000000000005#order-1" },
    },
  });
});

test("a branch's own record gets no list keys", () => {
  const listed = { workflow: "a", group: "active", createdAt: 5 } as const;
  expect(headExpressions("order-1/3/0", { set: {}, listed }, runnable)).not.toHaveProperty("UpdateExpression");
});

test("a result is one member of the map, on the condition that the map is there and the branch open", () => {
  const value = { kind: "next", next: "b", set: { x: "1" }, remove: [], startedAt: 1, duration: 2 } as const;
  const condition = { statusIn: ["joining"], openBranch: 12 } as const;
  expect(headExpressions("order-1", { set: {}, result: { branch: 12, value } }, condition)).toEqual({
    UpdateExpression: "SET #r.#rb=:rb",
    ConditionExpression: "#st IN (:st0) AND attribute_exists(#r) AND attribute_not_exists(#r.#ob)",
    ExpressionAttributeNames: { "#r": "r", "#rb": "12", "#ob": "12", "#st": "st" },
    ExpressionAttributeValues: { ":rb": { S: '["b",{"x":"1"},[],1,2]' }, ":st0": { S: "J" } },
  });
});

test("a fan-out sets an empty map", () => {
  expect(headExpressions("order-1", { set: { results: new Map() } }, runnable)).toMatchObject({
    UpdateExpression: "SET #r=:r",
    ExpressionAttributeValues: { ":r": { M: {} } },
  });
});

test.each([
  [{ pauseId: "p1" }, "#st IN (:st0) AND #pz=:pz0"],
  [{ pauseId: null }, "#st IN (:st0) AND attribute_not_exists(#pz)"],
  [{ heldToken: 3 }, "#st IN (:st0) AND #sw=:sw0"],
  [{ heldToken: null }, "#st IN (:st0) AND attribute_not_exists(#sw)"],
])("the condition %j compares the attribute, or wants it absent", (condition, expected) => {
  const { ConditionExpression } = headExpressions("order-1", { set: {} }, { ...runnable, ...condition });
  expect(ConditionExpression).toBe(expected);
});

describe("text of users never becomes part of an expression", () => {
  const hostile = ["x=:x REMOVE #pk", "#d", ":d0", "a.b", "SET", '"', "__proto__", ""];

  test.each(hostile)("%j", (text) => {
    const state = { kind: "keys", set: new Map([[text, `"${text}"`]]), remove: [`removed ${text}`] } as const;
    const { UpdateExpression, ConditionExpression } = headExpressions(
      "order-1",
      { set: { step: text }, state },
      runnable,
    );
    expect(UpdateExpression).toBe("SET #s=:s,#d.#d0=:d0 REMOVE #d.#r0");
    expect(ConditionExpression).toBe("#st IN (:st0)");
  });
});

describe("DynamoDB's limit of 4 KB for an expression", () => {
  const keys = (count: number): StateEntries =>
    new Map(Array.from({ length: count }, (_, index) => [`k${index}`, "1"]));

  test("270 keys fit", () => {
    const state = { kind: "keys", set: keys(270), remove: [] } as const;
    expect(
      headExpressions("order-1", { set: { seq: 1 }, state }, runnable).UpdateExpression?.length,
    ).toBeLessThanOrEqual(4_096);
  });

  test("400 keys are refused as too large before anything is sent", () => {
    const state = { kind: "keys", set: keys(400), remove: [] } as const;
    expect(() => headExpressions("order-1", { set: {}, state }, runnable)).toThrow(
      expect.objectContaining({ constructor: PortError, code: "too-large" }),
    );
  });
});
