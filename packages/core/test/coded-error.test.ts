import { expect, test } from "vitest";
import { CodedError, isCodedError, PortError, type PortErrorCode, StateError } from "@stephooks/core";

class SampleError extends CodedError<"sample"> {}

test("an error carries its class name, code, details and cause", () => {
  const cause = new RangeError("below");
  const error = new SampleError("sample", "It failed. Try again.", { id: "x" }, { cause });
  expect(error).toMatchObject({
    name: "SampleError",
    code: "sample",
    message: "It failed. Try again.",
    details: { id: "x" },
  });
  expect(error.cause).toBe(cause);
});

test("without details an error has an empty record of them, and no cause of its own", () => {
  const error = new StateError("state-not-storable", "no");
  expect(error.details).toEqual({});
  expect(Object.hasOwn(error, "cause")).toBe(false);
});

test.each<readonly [string, unknown, boolean]>([
  ["ours", new SampleError("sample", "x"), true],
  ["one from another bundle", Object.assign(new Error("x"), { [Symbol.for("stephooks.coded-error")]: true }), true],
  ["another library's error with code and details", Object.assign(new Error("x"), { code: "P1", details: {} }), false],
  ["a system error", Object.assign(new Error("x"), { code: "ENOENT" }), false],
  ["a numeric code", Object.assign(new Error("x"), { code: 7, details: {} }), false],
  ["a plain error", new Error("x"), false],
  ["an object that looks like one", { code: "sample", details: {} }, false],
])("%s is a coded error: %s", (_what, error, expected) => {
  expect(isCodedError(error)).toBe(expected);
});

const mayHaveApplied: Readonly<Record<PortErrorCode, boolean>> = {
  throttled: false,
  unavailable: true,
  timeout: true,
  "too-large": false,
  denied: false,
  "missing-resource": false,
  invalid: false,
  corrupt: false,
};

test("only an unavailable or silent service may have applied a failed call", () => {
  const codes: readonly PortErrorCode[] = [
    "throttled",
    "unavailable",
    "timeout",
    "too-large",
    "denied",
    "missing-resource",
    "invalid",
    "corrupt",
  ];
  const answers = codes.map((code) => [code, new PortError(code, "x").mayHaveApplied]);
  expect(Object.fromEntries(answers)).toEqual(mayHaveApplied);
});
