import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  branchId,
  encodeState,
  encodeWorkMessage,
  isInstanceId,
  parseWorkMessage,
  type WorkMessage,
} from "@stephooks/core";

/** Any UTF-16 unit, lone surrogates and the code points that no encoding has included. */
const unit = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code));

const id = fc.stringMatching(/^[A-Za-z0-9_.:@-]{1,128}$/);
const count = fc.maxSafeNat();
const text = fc.oneof(fc.string({ unit }), fc.constantFrom("\ufffe\uffff", "\\\ufffe", "\ud800", "a\udc00b"));
const state = fc
  .dictionary(text, fc.oneof(text, fc.jsonValue({ stringUnit: unit })))
  .map((object) => encodeState(object).entries);

/** What a wake or a command may name: an instance or a branch's own record. */
const headId = fc.oneof(
  id,
  fc.record({ instance: id, seq: fc.nat({ max: 999_999 }), branch: fc.nat({ max: 99 }) }).map((ref) => branchId(ref)),
);

const plainMessage: fc.Arbitrary<WorkMessage> = fc.oneof(
  fc.record({ kind: fc.constant("wake" as const), instance: headId, token: count, dutiesDone: fc.boolean() }),
  fc.record(
    {
      kind: fc.constant("create" as const),
      instance: id,
      startId: text,
      workflow: text,
      step: text,
      createdAt: count,
      state,
      deadline: count,
      fullHistory: fc.constant(true),
      keepsChanges: fc.constant(true),
      redact: fc.array(text),
    },
    { requiredKeys: ["kind", "instance", "startId", "workflow", "step", "createdAt", "state"] },
  ),
  fc.record({ kind: fc.constant("branch" as const), instance: id, seq: count, branch: count }),
  fc.record({
    kind: fc.constant("command" as const),
    instance: headId,
    startId: text,
    command: fc.constantFrom("continue" as const, "retry" as const, "resume" as const),
    token: count,
    id: text,
    set: state,
    remove: fc.array(text),
  }),
  fc.record({
    kind: fc.constant("command" as const),
    instance: id,
    startId: text,
    command: fc.constant("retry" as const),
    step: text,
    token: count,
    id: text,
    set: state,
    remove: fc.array(text),
  }),
  fc.record({ kind: fc.constant("unpause" as const), instance: id, pauseId: text }),
);

const anyMessage = fc.oneof(
  plainMessage,
  plainMessage.map((message) => ({ ...message, suspect: true })),
);

const wake = { v: 1, q: "w", i: "order-1", k: 3 };
const create = { v: 1, q: "c", i: "order-1", sid: "s", wf: "orders", s: "begin", c: 5, d: {} };
const branch = { v: 1, q: "b", i: "order-1", n: 1, b: 0 };
const command = { v: 1, q: "x", i: "order-1", sid: "s1", op: "continue", k: 3, c: "c1", d: {}, rm: [] };
const unpause = { v: 1, q: "u", i: "order-1", c: "p1" };

describe("encode and parse", () => {
  test("parsing what was encoded gives the message back, for every message", () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(parseWorkMessage(encodeWorkMessage(message))).toEqual({ ok: true, message });
      }),
    );
  });

  test("a body contains no code point that the queue refuses, for every message", () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const body = encodeWorkMessage(message);
        expect(body.isWellFormed()).toBe(true);
        expect(body).not.toMatch(/[\uFFFE\uFFFF]/);
      }),
    );
  });

  test("a wake is as short as its parts", () => {
    const message = { kind: "wake", instance: "i", token: 2, dutiesDone: true } as const;
    expect(encodeWorkMessage(message)).toBe('{"v":1,"q":"w","i":"i","k":2,"dd":1}');
    expect(encodeWorkMessage({ ...message, dutiesDone: false })).toBe('{"v":1,"q":"w","i":"i","k":2}');
  });

  test("a key named __proto__ in a message's state is data", () => {
    const body = '{"v":1,"q":"c","i":"i","sid":"s","wf":"w","s":"a","c":1,"d":{"__proto__":{"x":1}}}';
    expect(parseWorkMessage(body)).toMatchObject({ message: { state: new Map([["__proto__", '{"x":1}']]) } });
    expect("x" in {}).toBe(false);
  });
});

describe("bodies that are not ours are refused with a reason, never with an exception", () => {
  test.each<readonly [string, unknown, RegExp]>([
    ["no object", [wake], /not a JSON object/],
    ["a future version", { ...wake, v: 2 }, /version 2 is not 1/],
    ["a version that cannot be printed", { ...wake, v: { toString: 0, valueOf: 0 } }, /version .* is not 1/],
    ["a version of a kilobyte", { ...wake, v: "x".repeat(1_000) }, /^.{1,80}$/],
    ["no id", { ...wake, i: undefined }, /no valid instance id/],
    ["an id with a slash", { ...wake, i: "a/b" }, /no valid instance id/],
    ["an unknown kind", { ...wake, q: "z" }, /unknown message kind "z"/],
    ["a wake without a token", { ...wake, k: undefined }, /no token in k/],
    ["a negative token", { ...wake, k: -1 }, /no token in k/],
    ["a broken token", { ...wake, k: 1.5 }, /no token in k/],
    ["a create without a start id", { ...create, sid: 1 }, /needs sid, wf, s, c and d/],
    ["a create without a workflow", { ...create, wf: null }, /needs sid, wf, s, c and d/],
    ["a create without a step", { ...create, s: undefined }, /needs sid, wf, s, c and d/],
    ["a create without a time", { ...create, c: "now" }, /needs sid, wf, s, c and d/],
    ["a create without a state", { ...create, d: [] }, /needs sid, wf, s, c and d/],
    ["redacted keys that are no texts", { ...create, rd: [1] }, /redacted keys in rd are no texts/],
    ["a deadline that is no time", { ...create, dl: "soon" }, /deadline in dl is no time/],
    ["a branch without a seq", { ...branch, n: undefined }, /a branch message needs i, n and b/],
    ["a branch without an index", { ...branch, b: -1 }, /a branch message needs i, n and b/],
    ["a branch of a branch", { ...branch, i: "order-1/1/0" }, /a branch message needs i, n and b/],
    ["a record of an id that names nothing", { ...wake, i: "a b/1/0" }, /no valid instance id/],
    ["a record with a broken seq", { ...wake, i: "order-1/x/0" }, /no valid instance id/],
    ["a command without a start id", { ...command, sid: undefined }, /a command needs sid, op, k and c/],
    ["an unknown command", { ...command, op: "cancel" }, /a command needs sid, op, k and c/],
    ["a retry from no step", { ...command, op: "retry-from" }, /a command needs sid, op, k and c, and retry-from s/],
    ["a command without a token", { ...command, k: null }, /a command needs sid, op, k and c/],
    ["a command without an id", { ...command, c: 7 }, /a command needs sid, op, k and c/],
    ["a command without a patch", { ...command, d: [] }, /a command needs d and rm/],
    ["a command without removals", { ...command, rm: undefined }, /a command needs d and rm/],
    ["a command that removes a number", { ...command, rm: [1] }, /a command needs d and rm/],
    ["an unpause without a pause", { ...unpause, c: 1 }, /needs i and c/],
    ["an unpause of a branch", { ...unpause, i: "order-1/1/0" }, /needs i and c/],
  ])("%s", (_what, wire, reason) => {
    const parsed = parseWorkMessage(JSON.stringify(wire));
    expect(parsed).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });

  test("text that is not JSON", () => {
    expect(parseWorkMessage("{")).toEqual({
      ok: false,
      reason: expect.stringMatching(/not JSON, or nested too deeply/),
    });
  });

  test("a state nested deeper than the stack", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const body = JSON.stringify({ ...create, d: { a: "DEEP" } }).replace('"DEEP"', deep);
    expect(parseWorkMessage(body)).toEqual({
      ok: false,
      reason: expect.stringMatching(/not JSON, or nested too deeply/),
    });
  });

  test("any text, any JSON, any object with our keys", () => {
    const ours = fc.dictionary(
      fc.constantFrom(..."v q i k dd sid wf s c d p n b ch st op rm dl".split(" ")),
      fc.jsonValue(),
    );
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      ours.map((wire) => JSON.stringify({ ...wire, v: 1, i: "i" })),
    );
    fc.assert(
      fc.property(body, (given) => {
        const parsed = parseWorkMessage(given);
        if (parsed.ok) expect(parseWorkMessage(encodeWorkMessage(parsed.message))).toEqual(parsed);
        else expect(parsed.reason).not.toBe("");
      }),
    );
  });
});

test.each<readonly [unknown, boolean]>([
  ["order-1", true],
  ["a_B.c:d@e-1", true],
  ["x".repeat(128), true],
  ["x".repeat(129), false],
  ["", false],
  ["a/b", false],
  ["a b", false],
  ["a\n", false],
  [7, false],
  [undefined, false],
])("%j may name an instance: %s", (value, expected) => {
  expect(isInstanceId(value)).toBe(expected);
});
