import type { ErrorDetails } from "./coded-error.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Structured log lines. `event` is a fixed phrase; everything that varies is in `fields`. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: ErrorDetails): void;
}

export const silentLogger: Logger = { log: () => {} };

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** One JSON object a line on standard error, from `minimum` up: what CloudWatch Logs and the local stack read. */
export function jsonLogger(minimum: LogLevel = "info"): Logger {
  return {
    log: (level, event, fields = {}) => {
      if (levels.indexOf(level) < levels.indexOf(minimum)) return;
      process.stderr.write(`${JSON.stringify({ level, event, ...fields })}\n`);
    },
  };
}

/** True for the name of a level. */
export function isLogLevel(value: unknown): value is LogLevel {
  return levels.some((level) => level === value);
}
