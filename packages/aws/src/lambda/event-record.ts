import { isRecord } from "@stephooks/core";

/** A JSON object of an event whose fields are not trusted yet. */
export type EventRecord = Readonly<Record<string, unknown>>;

const nothing: EventRecord = Object.freeze({});

/** The text at `name`, or undefined when it is absent or not text. */
export function textIn(record: EventRecord, name: string): string | undefined {
  const value = record[name];
  return typeof value === "string" ? value : undefined;
}

/** The object at `name`; an empty one when it is absent or not an object. */
export function recordIn(record: EventRecord, name: string): EventRecord {
  const value = record[name];
  return isRecord(value) ? value : nothing;
}
