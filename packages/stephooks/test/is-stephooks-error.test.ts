import { EngineError } from "@stephooks/engine";
import { type ErrorCode, HttpError, isStephooksError } from "stephooks";
import { expect, expectTypeOf, test } from "vitest";
import { StephooksError } from "../src/stephooks-error.ts";

const unknown: unknown = new EngineError("unknown-instance", "No such instance.", { instance: "i1" });

test("errors of every package are told by their codes", () => {
  expect(isStephooksError(unknown)).toBe(true);
  expect(isStephooksError(unknown, "invalid-id", "unknown-instance")).toBe(true);
  expect(isStephooksError(unknown, "invalid-id")).toBe(false);
  expect(isStephooksError(new StephooksError("duplicate-id", "There is one."), "duplicate-id")).toBe(true);
});

test("nobody else's error is meant, whatever its code", () => {
  const others = [Object.assign(new Error("x"), { code: "invalid-id" }), new HttpError(400, "invalid-id", "x")];
  for (const error of [...others, { code: "invalid-id" }, "invalid-id", undefined, null]) {
    expect(isStephooksError(error)).toBe(false);
    expect(isStephooksError(error, "invalid-id")).toBe(false);
  }
});

test("the code that was asked for is the type, and a code that does not exist is a mistake", () => {
  if (isStephooksError(unknown, "invalid-id", "unknown-instance")) {
    expectTypeOf(unknown.code).toEqualTypeOf<"invalid-id" | "unknown-instance">();
    expect(unknown.details["instance"]).toBe("i1");
  }
  if (isStephooksError(unknown)) expectTypeOf(unknown.code).toEqualTypeOf<ErrorCode>();
  // @ts-expect-error -- no error has this code
  expect(isStephooksError(unknown, "unknown-instanze")).toBe(false);
});
