import type { HistoryEntry, RecordedChange } from "@stephooks/core";
import { printable } from "../printable.ts";
import type { Paint } from "./paint.ts";

/** Characters of a line, unless one change alone has more. */
const WIDTH = 96;

const GAP = "   ";

/** What a transition changed in the state, as far as its history entry says it; no line where it says nothing. */
export function recordedLines({ changes = [], unlisted = 0 }: HistoryEntry, paint: Paint): readonly string[] {
  const shown = changes.flatMap((change) => markOf(change) ?? []);
  const more = unlisted === 0 ? [] : [{ meaning: "quiet" as const, text: `and ${unlisted} more` }];
  const lines: string[] = [];
  let length = Infinity;
  for (const { meaning, text } of [...shown, ...more]) {
    const fits = length + GAP.length + text.length <= WIDTH;
    const painted = paint(meaning, text);
    if (fits) lines.push(`${lines.pop()}${GAP}${painted}`);
    else lines.push(painted);
    length = fits ? length + GAP.length + text.length : text.length;
  }
  return lines;
}

/** `+ key: value`, `~ key: old → new` or `- key`; undefined for what was written as it was. */
function markOf({ after, before, key }: RecordedChange) {
  const name = printable(key);
  if (after === undefined) return before === undefined ? undefined : ({ meaning: "bad", text: `- ${name}` } as const);
  const now = printable(after);
  if (before === undefined) return { meaning: "good", text: `+ ${name}: ${now}` } as const;
  // Of two values that are not told whole nobody knows here whether they are the same.
  if (before === after && !after.endsWith("…")) return undefined;
  return { meaning: "waiting", text: `~ ${name}: ${printable(before)} → ${now}` } as const;
}
