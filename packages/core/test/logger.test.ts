import { expect, onTestFinished, test, vi } from "vitest";
import { isLogLevel, jsonLogger, type LogLevel, silentLogger } from "@stephooks/core";

/** The lines that reach standard error during this test. */
function standardError(): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => spy.mockRestore());
  return lines;
}

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

test.each<readonly [LogLevel | undefined, readonly LogLevel[]]>([
  [undefined, ["info", "warn", "error"]],
  ["debug", ["debug", "info", "warn", "error"]],
  ["warn", ["warn", "error"]],
  ["error", ["error"]],
])("a logger from %s up writes %j", (minimum, expected) => {
  const lines = standardError();
  const logger = jsonLogger(minimum);
  for (const level of levels) logger.log(level, "happened");
  expect(lines).toEqual(expected.map((level) => `{"level":"${level}","event":"happened"}\n`));
});

test("a log line is one JSON object with its fields", () => {
  const lines = standardError();
  jsonLogger().log("info", "message dropped", { instance: "a\nb", attempt: 2 });
  expect(lines).toEqual(['{"level":"info","event":"message dropped","instance":"a\\nb","attempt":2}\n']);
});

test("the silent logger writes nothing", () => {
  const lines = standardError();
  silentLogger.log("error", "happened");
  expect(lines).toEqual([]);
});

test("only the four names are levels", () => {
  expect(["debug", "info", "warn", "error", "INFO", "", 1, undefined].map(isLogLevel)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
