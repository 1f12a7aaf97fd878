import type { HistoryEntry, HistoryOutcome, RecordedChange } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { drawTimeline, timeText } from "../src/workflow/draw-timeline.ts";
import { recordedLines } from "../src/workflow/recorded-lines.ts";
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
  expect(drawTimeline(entries, { from: 1_000, standsAt: "ship" }, plain)).toBe(
    [
      "  1  reserve → charge             goto     +0 ms  800 ms  ████████························\n",
      "  2  charge                       retry  +900 ms  100 ms  ·········█······················\n",
      "  3  charge → ship     attempt 2  goto      +2 s  100 ms  ····················█···········\n",
      "  4  ship                         end     +3.1 s   10 ms  ·······························█\n",
    ].join(""),
  );
});

test("what took no time is marked; nothing is drawn of nothing; the colour says what happened", () => {
  const at = { from: 5, standsAt: "a" };
  expect(drawTimeline([entry(1, "a", "end", 5, 0)], at, plain)).toContain("█");
  expect(drawTimeline([], at, plain)).toBe("");
  const painted = drawTimeline([entry(1, "a", "fail", 5, 1)], at, (meaning, text) => `<${meaning}>${text}`);
  expect(painted).toContain("<bad>fail");
});

describe("what a transition changed in the state", () => {
  const drawn = (changes: readonly RecordedChange[], unlisted?: number) =>
    recordedLines({ ...entry(1, "a", "goto", 5, 0), changes, ...(unlisted === undefined ? {} : { unlisted }) }, plain);

  test("stands below its row: what came, is another, and went", () => {
    const changes = [
      { key: "paid", after: "true" },
      { key: "tries", before: "1", after: "2" },
      { key: "token", before: '"x"' },
    ];
    const entries = [{ ...entry(1, "charge", "goto", 0, 800), changes }, entry(2, "ship", "end", 900, 100)];
    expect(drawTimeline(entries, { from: 0, standsAt: "ship" }, plain).split("\n").slice(0, 2)).toEqual([
      "  1  charge → ship    goto    +0 ms  800 ms  ██████████████████████████······",
      "     + paid: true   ~ tries: 1 → 2   - token",
    ]);
  });

  test("of an entry that does not say it is nothing, nor is what was written as it was", () => {
    expect(recordedLines(entry(1, "a", "goto", 5, 0), plain)).toEqual([]);
    expect(drawn([{ key: "same", before: "1", after: "1" }, { key: "none" }])).toEqual([]);
  });

  test("of values that are not told whole says that they changed; what has no room is counted", () => {
    expect(drawn([{ key: "secret", before: "…", after: "…" }], 3)).toEqual(["~ secret: … → …   and 3 more"]);
  });

  test("is broken into lines, and steers no terminal", () => {
    const long = (key: string) => ({ key, after: JSON.stringify("x".repeat(50)) });
    expect(drawn([long("one"), long("two")])).toHaveLength(2);
    expect(drawn([{ key: "a\u001b[2J\n", after: '"\u009b2J"' }])).toEqual(['+ a\ufffd[2J\ufffd: "\ufffd2J"']);
  });
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
