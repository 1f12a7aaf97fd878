import { describe, expect, test } from "vitest";
import { nextSweep } from "../src/sweeper.ts";

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(`2026-01-01T${text}Z`);

describe("a clock that jumps stops for the sweeper", () => {
  test.each([
    ["at the pass that looks ahead to the entry", ["12:30:40"], "12:00:00", "12:29:00"],
    ["at the first of several", ["13:00:00", "12:30:40"], "12:00:00", "12:29:00"],
    ["at the first late pass, when its own is over", ["12:30:40"], "12:29:00", "12:36:00"],
    ["every minute, when that is over, too", ["12:30:40"], "12:40:00", "12:41:00"],
  ])("%s", (_name, times, swept, expected) => {
    expect(nextSweep(times.map(at), at(swept))).toBe(at(expected));
  });

  test("not at all when nothing is due", () => {
    expect(nextSweep([], at("12:00:00") + MINUTE)).toBe(Infinity);
  });
});
