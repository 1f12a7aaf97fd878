import { expect, test } from "vitest";
import { requestedRange } from "../../src/files/byte-range.ts";

test.each([
  ["bytes=0-0", { start: 0, end: 0 }],
  ["bytes=0-", { start: 0, end: 99 }],
  ["bytes=10-19", { start: 10, end: 19 }],
  [" bytes=90-500 ", { start: 90, end: 99 }],
  ["bytes=-10", { start: 90, end: 99 }],
  ["bytes=-1000", { start: 0, end: 99 }],
  ["bytes=100-", "none"],
  ["bytes=99999999999999999999-", "none"],
  ["bytes=-0", "none"],
  ["bytes=20-10", "all"],
  ["bytes=0-1,3-4", "all"],
  ["bytes=-", "all"],
  ["bytes=a-b", "all"],
  ["bytes=--1", "all"],
  ["lines=0-1", "all"],
  ["", "all"],
  [undefined, "all"],
])("%j of 100 bytes is %o", (header, range) => {
  expect(requestedRange(header, 100)).toEqual(range);
});

test("nothing lies within an empty file", () => {
  expect(requestedRange("bytes=0-", 0)).toBe("none");
  expect(requestedRange("bytes=-5", 0)).toBe("none");
});
