import { codeFrame, placeInApp, type SourcePlace } from "../dev-log/source-place.ts";
import { isLogLevel, isRecord, type LogLevel } from "@stephooks/core";
import { jsonText } from "../printable.ts";

/** One line of a log, local or deployed. What else is known stands beside these. */
export interface LogEntry {
  /** ISO 8601. */
  readonly time: string;
  /** `http` or `worker`; locally also `emulators` and `manifest`. */
  readonly process: string;
  readonly level: LogLevel;
  /** What happened, a fixed phrase; `output` for what the app printed, which is in `text`. */
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface LogFilter {
  readonly instance?: string | undefined;
  readonly request?: string | undefined;
  readonly level?: LogLevel | undefined;
  /** Epoch milliseconds. */
  readonly since?: number | undefined;
}

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

export function isWanted(entry: LogEntry, { instance, level, request, since }: LogFilter): boolean {
  if (since !== undefined && Date.parse(entry.time) < since) return false;
  if (level !== undefined && levels.indexOf(entry.level) < levels.indexOf(level)) return false;
  if (instance !== undefined && entry["instance"] !== instance && !isNamedIn(entry, instance)) return false;
  return request === undefined || entry["request"] === request;
}

/** What the app prints itself has no field for the instance it is about. */
function isNamedIn({ text }: LogEntry, instance: string): boolean {
  return typeof text === "string" && text.includes(instance);
}

/** A line of dev's log file; undefined for what is none, such as the last one while it is being written. */
export function readEntry(line: string): LogEntry | undefined {
  const value = jsonOf(line);
  if (!isRecord(value)) return undefined;
  const { event, level, process, time } = value;
  if (typeof time !== "string" || typeof process !== "string" || !isLogLevel(level) || typeof event !== "string") {
    return undefined;
  }
  return { ...value, time, process, level, event };
}

/** Node's runtime for Lambda prints `console.log` so: time, request id, level, text (tabs between them). */
const CONSOLE_LINE = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t([\w-]+)\t([A-Z]+)\t([^]*)$/;

/** A line that a function wrote to CloudWatch Logs: our logger's, the app's, or the platform's. */
export function readLambdaLine(text: string, time: number, process: string): LogEntry {
  const common = { time: new Date(time).toISOString(), process };
  const value = jsonOf(text);
  if (isRecord(value) && isLogLevel(value["level"]) && typeof value["event"] === "string") {
    return { ...value, ...common, level: value["level"], event: value["event"] };
  }
  const [, request, name = "", printed] = CONSOLE_LINE.exec(text) ?? [];
  const level = name.toLowerCase();
  if (printed !== undefined) {
    return { ...common, level: isLogLevel(level) ? level : "info", event: "output", request, text: printed };
  }
  const [, about] = /^(?:START|END|REPORT) RequestId: ([\w-]+)/.exec(text) ?? [];
  return { ...common, level: "info", event: "platform", ...(about === undefined ? {} : { request: about }), text };
}

function jsonOf(text: string): unknown {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * For people: one line, after which the stack of a failure follows, begun by the app's own code at its place. `lineAt`
 * knows lines of sources that are not what is on the disk.
 */
export function entryText(
  { event, level, process, stack, text, time, ...fields }: LogEntry,
  lineAt?: (place: SourcePlace) => string | undefined,
): string {
  const said = typeof text === "string" ? text : event;
  const facts = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${typeof value === "string" ? value : jsonText(value)}`],
  );
  const line = `${[time, level.padEnd(5), process.padEnd(6), said, ...facts].join("  ")}\n`;
  if (typeof stack !== "string") return line;
  const place = placeInApp(stack);
  const frame = place === undefined ? "" : `${codeFrame(stack.split("\n", 1).join(), place, lineAt?.(place))}\n`;
  return `${line}${frame}${stack}\n`;
}
