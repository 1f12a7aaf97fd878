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

test.each([
  [0, 1_000],
  [0.5, 750],
  [1, 500],
])("with a jitter of a half, chance %d makes a pause of one second %i ms", (chance, pause) => {
  expect(retryDelay({ ...defaultRetryPolicy, jitter: 0.5 }, 1, chance)).toBe(pause);
});

test("without jitter chance changes nothing", () => {
  expect(retryDelay(defaultRetryPolicy, 1, 1)).toBe(1_000);
});

test("a pause is a whole number of milliseconds between 0 and the maximum interval for every policy, attempt and chance", () => {
  const policy = fc.record({
    maximumAttempts: fc.constant(Number.MAX_SAFE_INTEGER),
    initialInterval: fc.oneof(fc.constant(0), fc.nat({ max: 900_000 })),
    backoffCoefficient: fc.oneof(fc.double({ min: 1, noNaN: true }), fc.constant(2)),
    maximumInterval: fc.nat({ max: 900_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    nonRetryable: fc.constant([]),
  });
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(policy, fc.integer({ min: 1, max: 5_000 }), chance, (given, attempt, drawn) => {
      const delay = retryDelay(given, attempt, drawn);
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(given.maximumInterval);
    }),
  );
});
