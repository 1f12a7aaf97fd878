import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultRetryPolicy, retryDelay } from "@stephooks/core";

test("by default there are three tries, one second and then two seconds apart", () => {
  expect([1, 2, 3, 4].map((attempt) => retryDelay(defaultRetryPolicy, attempt))).toEqual([
    1_000,
    2_000,
    undefined,
    undefined,
  ]);
});

test("a pause never exceeds the maximum interval", () => {
  expect(retryDelay({ ...defaultRetryPolicy, maximumAttempts: 100 }, 50)).toBe(60_000);
});

test("one attempt means no retry", () => {
  expect(retryDelay({ ...defaultRetryPolicy, maximumAttempts: 1 }, 1)).toBeUndefined();
});

test("a pause is a number between 0 and the maximum interval for every policy and attempt", () => {
  const policy = fc.record({
    maximumAttempts: fc.constant(Number.MAX_SAFE_INTEGER),
    initialInterval: fc.oneof(fc.constant(0), fc.nat({ max: 900_000 })),
    backoffCoefficient: fc.oneof(fc.double({ min: 1, noNaN: true }), fc.constant(2)),
    maximumInterval: fc.nat({ max: 900_000 }),
  });
  fc.assert(
    fc.property(policy, fc.integer({ min: 1, max: 5_000 }), (given, attempt) => {
      const delay = retryDelay(given, attempt);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(given.maximumInterval);
    }),
  );
});
