import type { ErrorDetails } from "./coded-error.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Structured log lines. `event` is a fixed phrase; everything that varies is in `fields`. */
export interface Logger {
  log(level: LogLevel, event: string, fields?: ErrorDetails): void;
}

export const silentLogger: Logger = { log: () => {} };

/** One JSON object a line on standard error: what CloudWatch Logs and the local stack read. */
export const jsonLogger: Logger = {
  log: (level, event, fields = {}) => {
    process.stderr.write(`${JSON.stringify({ level, event, ...fields })}\n`);
  },
};
