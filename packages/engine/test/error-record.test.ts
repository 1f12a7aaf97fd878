import fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError } from "../src/engine-error.ts";
import { errorRecord } from "../src/error-record.ts";

const place = { step: "begin", attempt: 2, at: 7 };

test("an error is recorded with name, message, stack and place", () => {
  const error = Object.assign(new RangeError("broken"), { stack: "RangeError: broken\n    at begin" });
  expect(errorRecord(error, place)).toEqual({ name: "RangeError", message: "broken", stack: error.stack, ...place });
});

test("one of our errors is recorded with its code, anybody else's without", () => {
  expect(errorRecord(new EngineError("no-goto", "x"), place)).toMatchObject({ name: "EngineError", code: "no-goto" });
  expect(errorRecord(Object.assign(new Error("x"), { code: "ENOENT" }), place)).not.toHaveProperty("code");
});

test("an error is recorded with the stacks of its causes", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443"), {
    stack: "Error: connect ECONNREFUSED",
  });
  const failed = Object.assign(new TypeError("fetch failed", { cause: refused }), { stack: "TypeError: fetch failed" });
  const { stack } = errorRecord(failed, place);
  expect(stack).toBe("TypeError: fetch failed\ncaused by Error: connect ECONNREFUSED");
});

test("causes in a circle, or what is no error, end the list of causes", () => {
  const circle = Object.assign(new Error("x"), { stack: "x" });
  circle.cause = circle;
  expect(errorRecord(circle, place).stack).toBe(`x${"\ncaused by x".repeat(5)}`);
  const odd = (cause: unknown) => errorRecord(Object.assign(new Error("x", { cause }), { stack: "x" }), place).stack;
  expect([odd({ secret: 1 }), odd("gone"), odd(undefined)]).toEqual(["x", "x\ncaused by gone", "x"]);
});

test("an error without a stack has none in its record", () => {
  expect(errorRecord(Object.assign(new Error("x"), { stack: undefined }), place)).toEqual({
    name: "Error",
    message: "x",
    ...place,
  });
});

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const spiteful = Object.defineProperties(new Error("x"), {
  code: {
    get: () => {
      throw new Error("no");
    },
  },
  details: { value: {} },
});

test.each<readonly [string, unknown, string]>([
  ["text", "text", "text"],
  ["undefined", undefined, "a undefined"],
  ["null", null, "null"],
  ["an object", { a: 1 }, '{"a":1}'],
  ["a symbol", Symbol("s"), "a symbol"],
  ["a BigInt", 1n, "a value that cannot be printed"],
  ["a revoked Proxy", revoked.proxy, "a value that cannot be printed"],
  ["an error whose code cannot be read", spiteful, "a value that cannot be printed"],
])("a thrown value that is no error: %s", (_what, thrown, message) => {
  expect(errorRecord(thrown, place)).toEqual({ name: "Thrown", message, ...place });
});

test("an error whose message and stack somebody replaced by objects is printed as JSON", () => {
  const error = Object.assign(new Error("x"), { message: { reason: "card" }, stack: ["line"] });
  expect(errorRecord(error, place)).toMatchObject({ message: '{"reason":"card"}', stack: '["line"]' });
});

test("a record is at most 8 KB as JSON, whatever was thrown", () => {
  const text = fc.oneof(
    fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
    fc.constantFrom("\u0000", "\ud800", '"', "€", "🚚", "a").map((character) => character.repeat(5_000)),
  );
  fc.assert(
    fc.property(text, text, text, (name, message, stack) => {
      const record = errorRecord(Object.assign(new Error(message), { name, stack }), {
        ...place,
        step: "s".repeat(128),
      });
      expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThanOrEqual(8 * 1024);
      expect(message.startsWith(record.message)).toBe(true);
    }),
  );
});
