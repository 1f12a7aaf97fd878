import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { sampleHead } from "@stephooks/contracts/suites";
import { dueShard, type InstanceHead } from "@stephooks/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeInstanceItem, encodeInstanceItem } from "../src/instance-item-codec.ts";
import { idOfKey, itemKey } from "../src/instance-key.ts";
import { decodeStateKey, encodeStateKey } from "../src/state-key.ts";
import { anyHead, anyHeadId, anyKey } from "./arbitrary-head.ts";

/** Records under free keys as entries: a comparison of objects takes an own `constructor` for the class. */
function comparable({ results: recorded, stepCounts, ...rest }: InstanceHead) {
  return {
    ...rest,
    stepCounts: Object.entries(stepCounts),
    ...(recorded && {
      results: new Map(
        [...recorded].map(([branch, result]) => [
          branch,
          result.kind === "next" ? { ...result, set: Object.entries(result.set) } : result,
        ]),
      ),
    }),
  };
}

test("an id is read back from its key, and two ids never get one key", () => {
  fc.assert(
    fc.property(anyHeadId, anyHeadId, (one, other) => {
      expect(idOfKey(itemKey(one))).toBe(one);
      expect(JSON.stringify(itemKey(one)) === JSON.stringify(itemKey(other))).toBe(one === other);
    }),
  );
});

test("a branch's own record stands beside its instance", () => {
  expect(itemKey("order-1/12/3")).toEqual({ pk: { S: "i#order-1" }, sk: { S: "b#12#3" } });
});

test("every head is read back as it was written, also after the item went through JSON", () => {
  fc.assert(
    fc.property(anyHead, (written) => {
      const item: Record<string, AttributeValue> = JSON.parse(JSON.stringify(encodeInstanceItem(written)));
      const read = decodeInstanceItem(item);
      expect(comparable(read)).toStrictEqual(comparable(written));
    }),
  );
});

test("state keys are escaped without loss, into names that are neither empty nor __proto__", () => {
  fc.assert(
    fc.property(anyKey, (original) => {
      const name = encodeStateKey(original);
      expect(decodeStateKey(name)).toBe(original);
      expect(name.isWellFormed()).toBe(true);
      expect(["", "__proto__"]).not.toContain(name);
    }),
  );
});

test("two different keys never get one name", () => {
  fc.assert(
    fc.property(anyKey, anyKey, (one, other) => {
      expect(encodeStateKey(one) === encodeStateKey(other)).toBe(one === other);
    }),
  );
});

test("ordinary keys are stored as they are", () => {
  for (const ordinary of ["total", "a.b", "ключ", "💳", "constructor"]) expect(encodeStateKey(ordinary)).toBe(ordinary);
});

test("the item has the names and types of the layout", () => {
  const item = encodeInstanceItem(
    sampleHead({
      id: "order-1",
      previousStep: "begin",
      totalTime: 5,
      stepCounts: { charge: { visits: 1, startTime: 2, totalTime: 3 } },
      history: [{ seq: 1, step: "begin", attempt: 1, outcome: "goto", startedAt: 7, duration: 8 }],
      dueAt: 10,
      indexedAt: 11,
      timeoutStep: "remind",
      deadline: 12,
      join: { seq: 3, steps: ["a", "b"], tolerated: 1, settleAll: false },
      results: new Map([
        [0, { kind: "next", next: ["a"], set: { x: "1" }, remove: ["y"], startedAt: 1, duration: 2 }],
        [1, { kind: "failed", error: { name: "E", message: "m", step: "b", attempt: 1, at: 5 } }],
      ]),
      branchErrors: [{ name: "E", message: "m", step: "b", attempt: 1, at: 5 }],
      removed: ["y"],
      appliedCommands: [{ token: 3, id: "c-1" }],
      startMarks: 1,
      pauseId: "p2",
      heldToken: 2,
      endedPauses: [{ id: "p0" }, { id: "p1", heldToken: 1 }],
    }),
  );
  expect(item).toEqual({
    pk: { S: "i#order-1" },
    sk: { S: "a" },
    wf: { S: "orders" },
    sid: { S: "start-1" },
    c: { N: "1767225600000" },
    n: { N: "3" },
    k: { N: "2" },
    kp: { N: "1" },
    st: { S: "R" },
    s: { S: "charge" },
    pst: { S: "begin" },
    v: { N: "1" },
    a: { N: "1" },
    at: { N: "1767225600000" },
    x: { S: "00ff00ff00ff00ff" },
    u: { N: "1767225601000" },
    d: { M: { total: { S: "12.5" } } },
    pv: { N: "0" },
    sc: { S: '{"charge":[1,2,null,3]}' },
    h: { S: '[[1,"begin",1,"g",7,8]]' },
    tt: { N: "5" },
    du: { N: "10" },
    gp: { S: `D#${dueShard("order-1")}` },
    gs: { N: "11" },
    ts: { S: "remind" },
    dl: { N: "12" },
    jn: { S: '[3,["a","b"],1,false]' },
    r: {
      M: {
        "0": { S: '[["a"],{"x":"1"},["y"],1,2]' },
        "1": { S: '{"name":"E","message":"m","step":"b","attempt":1,"at":5}' },
      },
    },
    be: { S: '[{"name":"E","message":"m","step":"b","attempt":1,"at":5}]' },
    rm: { S: '["y"]' },
    kc: { S: '[[3,"c-1"]]' },
    sm: { N: "1" },
    pz: { S: "p2" },
    sw: { N: "2" },
    rs: { S: '[["p0"],["p1",1]]' },
    lp: { S: "orders#A" },
    ls: { S: "001767225600000#order-1" },
  });
});

test("what the history says of the state stands in its row; an item without that is as it was", () => {
  const entry = { step: "begin", attempt: 1, outcome: "goto", startedAt: 7, duration: 8 } as const;
  const changes = [
    { key: "a", after: "1" },
    { key: "b", before: "2" },
  ];
  const history = [
    { ...entry, seq: 1 },
    { ...entry, seq: 2, changes },
    { ...entry, seq: 3, changes, unlisted: 4 },
  ];
  const item = encodeInstanceItem(sampleHead({ history, keepsChanges: true, redact: ["card"] }));
  expect(item).toMatchObject({ hc: { N: "1" }, rd: { S: '["card"]' } });
  expect(item["h"]?.S).toBe(
    '[[1,"begin",1,"g",7,8],[1,"begin",1,"g",0,8,[["a",null,"1"],["b","2",null]]],[1,"begin",1,"g",0,8,[["a",null,"1"],["b","2",null],4]]]',
  );
  expect(decodeInstanceItem(item).history).toStrictEqual(history);
});

test("attributes this version does not know are ignored", () => {
  const written = sampleHead();
  const item = { ...encodeInstanceItem(written), zz: { BOOL: true }, jd: { M: {} } };
  expect(decodeInstanceItem(item)).toStrictEqual(written);
});
