import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { sampleHead } from "@stephooks/contracts/suites";
import type { ErrorRecord, HistoryEntry, InstanceHead, StepCount } from "@stephooks/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeInstanceItem, encodeInstanceItem } from "../src/instance-item-codec.ts";
import { decodeStateKey, encodeStateKey } from "../src/state-key.ts";

const plain = { noNullPrototype: true } as const;
const text = fc.string({ unit: "binary" });
/** UTF-16 units without regard for pairs. */
const units = fc
  .array(fc.integer({ min: 0xd7fe, max: 0xe001 }), { maxLength: 6 })
  .map((codes) => String.fromCharCode(...codes));
const key = fc.oneof(text, units, fc.constantFrom("", "~", "~e", "~p", "~~", "~d800", "__proto__", "constructor"));
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });

const stepCount: fc.Arbitrary<StepCount> = fc.record(
  { visits: count, startTime: time, finishTime: time, totalTime: count },
  { requiredKeys: ["visits", "startTime"], ...plain },
);
const historyEntry: fc.Arbitrary<HistoryEntry> = fc.record(
  {
    seq: count,
    step: text,
    attempt: count,
    outcome: fc.constantFrom("goto", "end", "retry", "fail"),
    startedAt: time,
    duration: count,
  },
  plain,
);
const errorRecord: fc.Arbitrary<ErrorRecord> = fc.record(
  { name: text, message: units, stack: text, code: text, step: text, attempt: count, at: time },
  { requiredKeys: ["name", "message", "step", "attempt", "at"], ...plain },
);
const head: fc.Arbitrary<InstanceHead> = fc.record(
  {
    id: text,
    workflow: text,
    startId: text,
    createdAt: time,
    seq: count,
    token: count,
    previousToken: fc.oneof(fc.constant(-1), count),
    status: fc.constantFrom("runnable", "waiting", "timer", "joining", "blocked", "completed", "failed", "cancelled"),
    step: text,
    previousStep: text,
    visit: count,
    attempt: count,
    readyAt: time,
    transactionId: text,
    updatedAt: time,
    state: fc.array(fc.tuple(key, text)).map((entries) => new Map(entries)),
    patchVersion: count,
    stepCounts: fc.array(fc.tuple(key, stepCount)).map((entries) => Object.fromEntries(entries)),
    history: fc.array(historyEntry, { maxLength: 16 }),
    totalTime: count,
    error: errorRecord,
    parent: fc.record({ id: text, seq: count, branch: count }, plain),
  },
  {
    requiredKeys: [
      "id",
      "workflow",
      "startId",
      "createdAt",
      "seq",
      "token",
      "previousToken",
      "status",
      "step",
      "visit",
      "attempt",
      "readyAt",
      "transactionId",
      "updatedAt",
      "state",
      "patchVersion",
      "stepCounts",
      "history",
    ],
    ...plain,
  },
);

test("every head is read back as it was written, also after the item went through JSON", () => {
  fc.assert(
    fc.property(head, (written) => {
      const item: Record<string, AttributeValue> = JSON.parse(JSON.stringify(encodeInstanceItem(written)));
      const read = decodeInstanceItem(item);
      expect({ ...read, stepCounts: {} }).toStrictEqual({ ...written, stepCounts: {} });
      expect(Object.entries(read.stepCounts)).toStrictEqual(Object.entries(written.stepCounts));
    }),
  );
});

test("state keys are escaped without loss, into names that are neither empty nor __proto__", () => {
  fc.assert(
    fc.property(key, (original) => {
      const name = encodeStateKey(original);
      expect(decodeStateKey(name)).toBe(original);
      expect(name.isWellFormed()).toBe(true);
      expect(["", "__proto__"]).not.toContain(name);
    }),
  );
});

test("two different keys never get one name", () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
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
      parent: { id: "p", seq: 1, branch: 2 },
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
    p: { M: { i: { S: "p" }, n: { N: "1" }, b: { N: "2" } } },
  });
});

test("attributes this version does not know are ignored", () => {
  const written = sampleHead();
  const item = { ...encodeInstanceItem(written), ttl: { N: "5" }, zz: { BOOL: true }, jn: { M: {} } };
  expect(decodeInstanceItem(item)).toStrictEqual(written);
});

describe("a malformed item is corrupt, and the failure names instance and attribute", () => {
  const malformed: readonly (readonly [attribute: string, value: AttributeValue | undefined])[] = [
    ["pk", { S: "j#other" }],
    ["wf", undefined],
    ["wf", { N: "1" }],
    ["n", undefined],
    ["n", { S: "3" }],
    ["n", { N: "many" }],
    ["st", { S: "Z" }],
    ["st", { S: "constructor" }],
    ["d", undefined],
    ["d", { S: "{}" }],
    ["d", { M: { key: { N: "1" } } }],
    ["sc", { S: "not JSON" }],
    ["sc", { S: "[]" }],
    ["sc", { S: '{"a":{}}' }],
    ["sc", { S: '{"a":[1]}' }],
    ["h", { S: "{}" }],
    ["h", { S: "[1]" }],
    ["h", { S: '[[1,"begin",1,"?",7,8]]' }],
    ["h", { S: '[["1","begin",1,"g",7,8]]' }],
    ["h", { S: '[[1,"begin",1,"g",7]]' }],
    ["e", { S: "[]" }],
    ["e", { S: '{"name":"E"}' }],
    ["e", { S: '{"name":"E","message":"","step":"s","attempt":1,"at":1,"code":5}' }],
    ["e", { M: {} }],
    ["tt", { S: "5" }],
    ["p", { M: { i: { S: "p" } } }],
    ["p", { S: "p" }],
  ];

  test.each(malformed)("%s = %j", (attribute, value) => {
    const item = encodeInstanceItem(sampleHead({ id: "order-1" }));
    if (value === undefined) delete item[attribute];
    else item[attribute] = value;
    const instance = attribute === "pk" ? "j#other" : "order-1";
    expect(() => decodeInstanceItem(item)).toThrow(
      expect.objectContaining({ code: "corrupt", details: { instance, attribute } }),
    );
  });
});
