import type { LogLine } from "@stephooks/local";
import { codeFrame, placeInApp, placeText } from "./source-place.ts";
import { jsonText } from "../printable.ts";

/** Fields that a line shows otherwise than by name. */
const shown: ReadonlySet<string> = new Set([
  ...["time", "process", "level", "event", "text", "message", "stack", "code"],
  ...["request", "workflow", "instance", "step", "attempt", "method", "path", "apiPath", "status", "ms"],
]);

/**
 * A line of the log for people: the time, what it belongs to, what happened. A failure comes with the app's own file,
 * line and the code there.
 */
export function logText(line: LogLine): string {
  const head = [line.time.slice(11, 19), ...belongsTo(line)].join(" ");
  const { event, stack } = line;
  if (event === "output") return `${head} ${String(line["text"])}`;
  const what = [...happened(line), ...restOf(line)].join(" ");
  const place = typeof stack === "string" ? placeInApp(stack) : undefined;
  if (place === undefined) return `${head} ${what}`;
  return `${head} ${what} at ${placeText(place)}\n${codeFrame(messageOf(line), place)}`;
}

/** The same as data, with the place and the code at it. */
export function logData(line: LogLine): object {
  const { stack } = line;
  const place = typeof stack === "string" ? placeInApp(stack) : undefined;
  return {
    event: "log",
    log: place === undefined ? line : { ...line, place, frame: codeFrame(messageOf(line), place) },
  };
}

function belongsTo({ attempt, instance, request, step, workflow }: LogLine): readonly string[] {
  const tried = attempt !== undefined && attempt > 1 ? `#${attempt}` : "";
  return [
    ...(request === undefined ? [] : [`[${request}]`]),
    ...(instance === undefined ? [] : [`[${[workflow, step].filter(Boolean).join("/")}${tried} ${instance}]`]),
  ];
}

function happened(line: LogLine): readonly string[] {
  const { code, method, ms, path, status } = line;
  const took = typeof ms === "number" ? [`${ms} ms`] : [];
  if (line.event === "request") {
    return [String(method), String(path), typeof status === "number" ? String(status) : "broken off", ...took];
  }
  if (line.event === "step") return ["step done", ...took];
  const message = messageOf(line);
  return [...(line.level === "info" ? [] : [`${line.level}:`]), line.event, ...took, ...codeText(code), message].filter(
    (part) => part !== "",
  );
}

function codeText(code: unknown): readonly string[] {
  return typeof code === "string" ? [`(${code})`] : [];
}

function messageOf({ message }: LogLine): string {
  return typeof message === "string" ? message : "";
}

function restOf(line: LogLine): readonly string[] {
  return Object.entries(line)
    .filter(([name, value]) => !shown.has(name) && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : jsonText(value)}`);
}
