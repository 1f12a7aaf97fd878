import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LogLine } from "@stephooks/local";
import { logData, logText } from "../src/dev-log/log-text.ts";
import { placeInApp, placesOf } from "../src/dev-log/source-place.ts";
import { emptyFolder } from "./support/created-app.ts";

const base = { time: "2026-01-02T03:04:05.678Z", process: "worker", level: "info" } as const;

describe("a line for people", () => {
  type Fields = Readonly<Record<string, string | number>> & {
    readonly event: string;
    readonly level?: "warn" | "error";
  };
  const cases: readonly (readonly [Fields, string])[] = [
    [
      { event: "request", request: "3f2a", method: "GET", path: "/hello", status: 200, ms: 12 },
      "03:04:05 [3f2a] GET /hello 200 12 ms",
    ],
    [
      { event: "request", request: "3f2a", method: "GET", path: "/hello", ms: 12 },
      "03:04:05 [3f2a] GET /hello broken off 12 ms",
    ],
    [
      { event: "step", workflow: "orders", step: "pay", instance: "o-1", attempt: 2, ms: 5 },
      "03:04:05 [orders/pay#2 o-1] step done 5 ms",
    ],
    [
      { event: "output", workflow: "orders", step: "pay", instance: "o-1", text: "hello\nthere" },
      "03:04:05 [orders/pay o-1] hello\nthere",
    ],
    [
      { event: "poll failed", level: "warn", queue: "q", reason: "gone" },
      "03:04:05 warn: poll failed queue=q reason=gone",
    ],
    [
      { event: "step failed", level: "error", code: "no-goto", message: "Call goto.", instance: "o-1", step: "pay" },
      "03:04:05 [pay o-1] error: step failed (no-goto) Call goto.",
    ],
  ];
  test.each(cases)("%j", (line, text) => {
    expect(logText({ ...base, ...line })).toBe(text);
  });
});

test("a failure shows the app's own innermost line, and the code there", () => {
  const folder = emptyFolder();
  const file = join(folder, "pay.ts");
  writeFileSync(file, "const a = 1;\n  throw new Error('no money');\n");
  const stack = `Error: no money
    at charge (${join(folder, "node_modules/bank/index.js")}:9:3)
    at async pay (${file}:2:9)
    at async run (${join(folder, ".stephooks/dev/1/1/index.mjs")}:100:3)`;
  const line: LogLine = { ...base, level: "error", event: "step failed", message: "no money", stack };
  const text = logText(line);
  expect(text).toContain("pay.ts:2:9\n");
  expect(text).toContain("no money\n");
  expect(text).toMatch(/2 │ {3}throw new Error\('no money'\);/);
  expect(logData(line)).toEqual({
    event: "log",
    log: { ...line, place: { file, line: 2, column: 9 }, frame: expect.stringContaining("2 │") },
  });
});

test("places of a stack: with and without a function, in parentheses, as URL, with evals and natives left out", () => {
  const stack = `TypeError: x (y) at z
    at /srv/app/a.ts:1:2
    at async Promise.all (index 0)
    at Object.<anonymous> (file:///srv/my%20app/b.ts:3:4)
    at new Thing (/srv/app/c.ts:5:6)
    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)`;
  expect(placesOf(stack)).toEqual([
    { file: "/srv/app/a.ts", line: 1, column: 2 },
    { file: "/srv/my app/b.ts", line: 3, column: 4 },
    { file: "/srv/app/c.ts", line: 5, column: 6 },
  ]);
});

test("nothing of the app is in a stack of packages only", () => {
  expect(placeInApp("Error: x\n    at f (/srv/app/node_modules/p/index.js:1:1)")).toBeUndefined();
  expect(placeInApp("Error: x")).toBeUndefined();
});
