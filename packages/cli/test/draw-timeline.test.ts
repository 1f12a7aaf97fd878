import type { HistoryEntry, HistoryOutcome } from "@stephooks/core";
import { expect, test } from "vitest";
import { drawTimeline, timeText } from "../src/workflow/draw-timeline.ts";
import { changeLine, stateChanges } from "../src/workflow/state-changes.ts";

const entry = (seq: number, step: string, outcome: HistoryOutcome, startedAt: number, duration: number, attempt = 1) =>
  ({ seq, step, outcome, startedAt, duration, attempt }) satisfies HistoryEntry;

const plain = (_meaning: string, text: string): string => text;

test("each transition has the part of the time in which its step ran", () => {
  const entries = [
    entry(1, "reserve", "goto", 1_000, 800),
    entry(2, "charge", "retry", 1_900, 100),
    entry(3, "charge", "goto", 3_000, 100, 2),
    entry(4, "ship", "end", 4_190, 10),
  ];
  expect(drawTimeline(entries, 1_000, plain)).toBe(
    [
      "  1  reserve             goto     +0 ms  800 ms  ████████························\n",
      "  2  charge              retry  +900 ms  100 ms  ·········█······················\n",
      "  3  charge   attempt 2  goto      +2 s  100 ms  ····················█···········\n",
      "  4  ship                end     +3.1 s   10 ms  ·······························█\n",
    ].join(""),
  );
});

test("what took no time is marked; nothing is drawn of nothing; the colour says what happened", () => {
  expect(drawTimeline([entry(1, "a", "end", 5, 0)], 5, plain)).toContain("█");
  expect(drawTimeline([], 5, plain)).toBe("");
  const painted = drawTimeline([entry(1, "a", "fail", 5, 1)], 5, (meaning, text) => `<${meaning}>${text}`);
  expect(painted).toContain("<bad>fail");
});

test.each([
  [-5, "0 ms"],
  [999, "999 ms"],
  [12_549, "12.5 s"],
  [200_000, "3 min 20 s"],
  [7_500_000, "2 h 5 min"],
  [273_600_000, "3 d 4 h"],
])("%i ms is %s", (milliseconds, text) => {
  expect(timeText(milliseconds)).toBe(text);
});

test("state changes name what came, went and is another", () => {
  const changes = stateChanges({ a: 1, b: { c: [1] }, gone: true }, { a: 1, b: { c: [2] }, come: null });
  expect(changes).toEqual([
    { key: "b", before: { c: [1] }, after: { c: [2] } },
    { key: "come", after: null },
    { key: "gone", before: true },
  ]);
  expect(changes.map(changeLine)).toEqual(['~ b: {"c":[1]} → {"c":[2]}', "+ come: null", "- gone"]);
  expect(stateChanges({ a: { b: 1, c: 2 } }, { a: { b: 1, c: 2 } })).toEqual([]);
});
