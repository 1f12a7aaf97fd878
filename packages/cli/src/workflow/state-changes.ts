import type { JsonObject, JsonValue } from "@stephooks/core";
import { jsonText, printable } from "../printable.ts";

/** One key of a state that another value, or none, was found under. An absent value is one that was not there. */
export interface StateChange {
  readonly key: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** What differs between two states of an instance, by top-level key. */
export function stateChanges(before: JsonObject, after: JsonObject): readonly StateChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => {
    const [old, now] = [before[key], after[key]];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    return [{ key, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) }];
  });
}

/** `+ key: value`, `- key` or `~ key: old → new`, one a line. */
export function changeLine({ after, before, ...change }: StateChange): string {
  const key = printable(change.key);
  if (before === undefined) return `+ ${key}: ${shortText(after)}`;
  return after === undefined ? `- ${key}` : `~ ${key}: ${shortText(before)} → ${shortText(after)}`;
}

function shortText(value: JsonValue | undefined): string {
  const text = value === undefined ? "" : jsonText(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
