import { afterEach, expect, test } from "vitest";
import { shiftDate } from "../../src/clock/shift-date.ts";

const Real = Date;

afterEach(() => {
  globalThis.Date = Real;
  Object.defineProperty(Real.prototype, "constructor", { value: Real, writable: true, configurable: true });
});

const DAY = 86_400_000;

/** Whole days by which a time is ahead of the machine's. */
const daysAhead = (time: number): number => Math.round((time - Real.now()) / DAY);

test("whatever asks for the time gets the shifted one", () => {
  const date = shiftDate(3 * DAY);
  expect([Date.now(), new Date().getTime(), Date.parse(Date())].map(daysAhead)).toEqual([3, 3, 3]);
  date.moveTo(10 * DAY);
  expect(daysAhead(Date.now())).toBe(10);
});

test("given times are what they are, and dates are dates", () => {
  const before = new Date(0);
  shiftDate(3 * DAY);
  expect(new Date(5).getTime()).toBe(5);
  expect(new Date("2026-01-01T00:00:00Z").toISOString()).toBe("2026-01-01T00:00:00.000Z");
  expect([before, new Date()].map((date) => date instanceof Date)).toEqual([true, true]);
  expect(before.constructor).toBe(Date);
  expect(daysAhead(new (class extends Date {})().getTime())).toBe(3);
  expect(structuredClone(new Date(7)).getTime()).toBe(7);
});
