import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeState, encodeState, isCodedError, StateError } from "@stephooks/core";

/** Any UTF-16 unit, lone surrogates and the code points that no encoding has included. */
const unit = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code));

/** The error an encoding of `state` ends with. */
function refusal(state: unknown): StateError {
  try {
    encodeState(state);
  } catch (error) {
    if (error instanceof StateError) return error;
    throw error;
  }
  throw new TypeError("it was stored");
}

function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => ({ inner }), "bottom");
}

class Marker {
  readonly #hidden = "a field JSON cannot see";
  reveal(): string {
    return this.#hidden;
  }
}

const throwing = (): never => {
  throw new RangeError("not today");
};

describe("what is stored", () => {
  test("each top-level key is stored as its own JSON text", () => {
    const { entries } = encodeState({ total: 12.5, lines: [{ sku: "a" }], note: "", nothing: null, open: false });
    expect([...entries]).toEqual([
      ["total", "12.5"],
      ["lines", '[{"sku":"a"}]'],
      ["note", '""'],
      ["nothing", "null"],
      ["open", "false"],
    ]);
  });

  test("a top-level undefined asks for the key to be removed", () => {
    expect(encodeState({ gone: undefined, kept: 1 })).toEqual({ entries: new Map([["kept", "1"]]), removed: ["gone"] });
  });

  test("a nested undefined is dropped in objects and becomes null in arrays, as JSON does", () => {
    expect(decodeState(encodeState({ a: { b: undefined, c: 1 }, d: [undefined, 2] }).entries)).toEqual({
      a: { c: 1 },
      d: [null, 2],
    });
  });

  test("the holes of a sparse array become null, as JSON does", () => {
    const sparse: unknown[] = [];
    sparse[2] = "third";
    expect(encodeState({ sparse }).entries.get("sparse")).toBe('[null,null,"third"]');
  });

  test("a Date is stored as what its toJSON prints", () => {
    expect(encodeState({ at: new Date(0) }).entries.get("at")).toBe('"1970-01-01T00:00:00.000Z"');
  });

  test("toJSON is called with the key it stands under", () => {
    const keyed = { toJSON: (key: string) => `under ${key}` };
    expect(decodeState(encodeState({ top: keyed, list: [keyed] }).entries)).toEqual({
      top: "under top",
      list: ["under 0"],
    });
  });

  test("an object without a prototype and an instance with fields are stored by their own keys", () => {
    const bare: object = Object.assign(Object.create(null), { x: 1 });
    class Point {
      readonly x = 2;
    }
    expect(decodeState(encodeState({ bare, point: new Point() }).entries)).toEqual({ bare: { x: 1 }, point: { x: 2 } });
  });

  test("a Proxy of a plain object is read through", () => {
    expect(encodeState({ p: new Proxy({ a: 1 }, {}) }).entries.get("p")).toBe('{"a":1}');
  });

  test("one object in two places is no cycle", () => {
    const shared = { x: 1 };
    expect(decodeState(encodeState({ a: shared, b: [shared, shared] }).entries)).toEqual({
      a: shared,
      b: [shared, shared],
    });
  });

  test("99 levels below the state are stored", () => {
    expect(decodeState(encodeState({ deep: nested(99) }).entries)).toEqual({ deep: nested(99) });
  });
});

describe("what is refused, and where it stands", () => {
  const loop: Record<string, unknown> = { b: {} };
  loop["b"] = { back: loop };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  test.each<readonly [string, object, string, RegExp]>([
    ["a cycle", { a: loop }, "$.a.b.back", /a cycle/],
    ["a BigInt", { n: [1n] }, "$.n[0]", /a bigint/],
    ["a function", { f: { g: () => {} } }, "$.f.g", /a function/],
    ["a symbol", { s: Symbol("s") }, "$.s", /a symbol/],
    ["NaN", { "my key": Number.NaN }, '$["my key"]', /the number NaN/],
    ["Infinity", { n: -Infinity }, "$.n", /the number -Infinity/],
    ["a Map", { m: new Map() }, "$.m", /a Map/],
    ["a Set", { m: { s: new Set([1]) } }, "$.m.s", /a Set/],
    ["a RegExp", { r: /x/ }, "$.r", /a RegExp/],
    ["an Error", { e: Object.assign(new RangeError("x"), { code: "E" }) }, "$.e", /a RangeError/],
    ["a Promise", { p: Promise.resolve(1) }, "$.p", /a Promise/],
    ["a WeakMap", { w: new WeakMap() }, "$.w", /a WeakMap/],
    ["a WeakSet", { w: new WeakSet() }, "$.w", /a WeakSet/],
    ["an ArrayBuffer", { b: new ArrayBuffer(1) }, "$.b", /an? ArrayBuffer/],
    ["a typed array", { b: [new Uint8Array(2)] }, "$.b[0]", /a Uint8Array/],
    ["a DataView", { b: new DataView(new ArrayBuffer(1)) }, "$.b", /a DataView/],
    ["headers of a request", { h: new Headers({ a: "b" }) }, "$.h", /a Headers/],
    ["an instance that hides its fields", { m: new Marker() }, "$.m", /a Marker/],
    ["a boxed number", { n: Object(5) }, "$.n", /a Number/],
    ["a boxed string", { n: Object("five") }, "$.n", /a String/],
    ["a boxed bigint", { n: Object(5n) }, "$.n", /a BigInt/],
    ["a toJSON that throws", { d: { toJSON: throwing } }, "$.d", /toJSON throws/],
    ["a toJSON that answers undefined", { d: { toJSON: () => undefined } }, "$.d", /is undefined/],
    ["a toJSON that answers itself", { d: { toJSON: (): object => loop } }, "$.d.b.back", /a cycle/],
    ["a toJSON that answers NaN", { d: { toJSON: () => Number.NaN } }, "$.d", /NaN/],
    [
      "a getter that throws",
      { o: Object.defineProperty({}, "x", { enumerable: true, get: throwing }) },
      "$.o.x",
      /getter/,
    ],
    [
      "a top-level getter that throws",
      Object.defineProperty({}, "x", { enumerable: true, get: throwing }),
      "$.x",
      /getter/,
    ],
    [
      "a toJSON that cannot be read",
      { o: Object.defineProperty({}, "toJSON", { get: throwing }) },
      "$.o",
      /cannot be read/,
    ],
    ["a Proxy whose keys cannot be listed", { p: new Proxy({ a: 1 }, { ownKeys: throwing }) }, "$.p", /cannot be read/],
    ["a revoked Proxy", { p: revoked.proxy }, "$.p", /cannot be read/],
    ["a state that is a revoked Proxy", revoked.proxy, "$", /cannot be read/],
    ["100 levels below the state", { deep: nested(100) }, `$.deep${".inner".repeat(99)}`, /levels of nesting/],
    ["5,000 levels", { deep: nested(5_000) }, `$.deep${".inner".repeat(99)}`, /levels of nesting/],
    ["an array too long to be stored", { a: Array(2 ** 32 - 1) }, "$.a", /an array of 4294967295 items/],
  ])("%s", (_what, state, path, message) => {
    const error = refusal(state);
    expect(error.code).toBe("state-not-storable");
    expect(error.details).toEqual({ path });
    expect(error.message).toMatch(message);
  });

  test("the error of a throwing toJSON is kept as the cause", () => {
    expect(refusal({ d: { toJSON: throwing } }).cause).toBeInstanceOf(RangeError);
  });

  test.each<readonly [string, unknown, RegExp]>([
    ["undefined", undefined, /not undefined/],
    ["null", null, /not null/],
    ["an array", [1], /not an array/],
    ["a string", "state", /not a string/],
    ["a Map, whose entries would be lost", new Map([["a", 1]]), /not a Map/],
    ["an Error", new Error("x"), /not a Error|not an Error/],
    ["a Date", new Date(0), /not a Date/],
  ])("a state that is %s", (_what, state, message) => {
    expect(refusal(state)).toMatchObject({ code: "state-not-an-object", message: expect.stringMatching(message) });
  });
});

test("keys named like parts of a prototype are plain data and pollute nothing", () => {
  const state: object = JSON.parse(
    '{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}},"a":{"__proto__":{"x":2}}}',
  );
  const decoded = decodeState(encodeState(state).entries);
  expect(JSON.stringify(decoded)).toBe(JSON.stringify(byKey(state)));
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  expect("x" in {}).toBe(false);
});

/** The same object with its top-level keys in code-unit order, as every store gives them back. */
function byKey(state: object): object {
  return Object.fromEntries(Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

test("decoding what was encoded equals a round trip through JSON, for every JSON state", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit }), fc.jsonValue({ stringUnit: unit })), (state) => {
      expect(JSON.stringify(decodeState(encodeState(state).entries))).toBe(JSON.stringify(byKey(state)));
    }),
  );
});

test("whatever is handed over as state is stored or refused with a code, never anything else", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withBoxedValues: true,
  });
  fc.assert(
    fc.property(anything, (state) => {
      try {
        encodeState(state);
      } catch (error) {
        expect(isCodedError(error)).toBe(true);
      }
    }),
  );
});
