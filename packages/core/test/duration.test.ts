import { expect, test } from "vitest";
import { parseDuration } from "@stephooks/core";

test.each<readonly [unknown, number]>([
  [0, 0],
  [1_500, 1_500],
  ["250ms", 250],
  ["1s", 1_000],
  ["1.5s", 1_500],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["3d", 259_200_000],
  ["0.57h", 2_052_000],
  [1_000.4, 1_000],
  ["0.5ms", 1],
  ["11000000d", 950_400_000_000_000],
])("%j is %i ms", (given, milliseconds) => {
  expect(parseDuration(given)).toBe(milliseconds);
});

test.each([
  -1,
  Number.NaN,
  Infinity,
  "",
  "5",
  "s",
  "-5s",
  "5 s",
  "5S",
  "5w",
  "1e3s",
  ".5s",
  "5s\n",
  "12000000d",
  `${"9".repeat(400)}s`,
  Number.MAX_VALUE,
  null,
  undefined,
  {},
  5n,
])("%s is no duration", (given) => {
  expect(parseDuration(given)).toBeUndefined();
});
