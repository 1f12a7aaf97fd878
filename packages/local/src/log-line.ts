import { isLogLevel, isRecord, type LogLevel } from "@stephooks/core";
import type { ProcessName } from "./stack-process.ts";

/** What a line of the log belongs to. */
export interface LogIds {
  /** Of a request: equal for all it led to in the HTTP process. */
  readonly request?: string;
  readonly workflow?: string;
  readonly instance?: string;
  readonly step?: string;
  readonly attempt?: number;
}

/** One line of the stack's log. */
export interface LogLine extends LogIds {
  /** ISO 8601. */
  readonly time: string;
  readonly process: ProcessName | "manifest";
  readonly level: LogLevel;
  /** What happened, a fixed phrase; `output` for what the app printed. */
  readonly event: string;
  /** What else is known, such as `text` of an output, `message` and `stack` of a failure. */
  readonly [field: string]: unknown;
}

/** Event of a line that the app printed. */
export const OUTPUT = "output";

/** A line that a process of the stack wrote. What is no line of the log is what Node itself printed. */
export function readLogLine(process: LogLine["process"], text: string, now: number): LogLine {
  const time = new Date(now).toISOString();
  return { time, process, ...(asLogLine(text) ?? { level: "info", event: OUTPUT, text }) };
}

/** What our logger writes; undefined for any other text. */
export function asLogLine(text: string): Pick<LogLine, "level" | "event"> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return undefined;
    const { event, level } = value;
    return isLogLevel(level) && typeof event === "string" ? { ...value, level, event } : undefined;
  } catch {
    return undefined;
  }
}
