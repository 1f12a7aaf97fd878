import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MovableClock } from "../../src/clock/movable-clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HOUR = 3_600_000;

test("moving fires what has become due, in order, and shortens what has not", () => {
  const clock = new MovableClock();
  const fired: string[] = [];
  for (const hours of [3, 1, 2]) clock.timer(hours * HOUR, () => fired.push(`${hours} h`));
  clock.moveTo(2 * HOUR);
  expect(fired).toEqual(["1 h", "2 h"]);
  vi.advanceTimersByTime(HOUR - 1);
  expect(fired).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(fired).toEqual(["1 h", "2 h", "3 h"]);
});

test("a timer that is cancelled, also by one that fires in the same move, stays quiet", () => {
  const clock = new MovableClock();
  const fired: string[] = [];
  const cancel = clock.timer(2 * HOUR, () => fired.push("cancelled"));
  clock.timer(HOUR, () => {
    fired.push("first");
    cancel();
  });
  clock.moveTo(3 * HOUR);
  vi.advanceTimersByTime(3 * HOUR);
  expect(fired).toEqual(["first"]);
});

test("a timer that is set in a move counts from the new time", () => {
  const clock = new MovableClock();
  const times: number[] = [];
  const start = clock.now();
  clock.timer(HOUR, () => clock.timer(HOUR, () => times.push(clock.now() - start)));
  clock.moveTo(HOUR);
  expect(times).toEqual([]);
  clock.moveTo(2 * HOUR);
  expect(times).toEqual([2 * HOUR]);
});

test("it begins where it was left", () => {
  expect(new MovableClock(HOUR).now() - Date.now()).toBe(HOUR);
});
