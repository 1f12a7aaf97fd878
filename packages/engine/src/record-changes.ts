import type { HistoryEntry, InstanceHead, RecordedChange } from "@stephooks/core";
import type { StateChanges } from "./state-changes.ts";

/** Longest text of a value that is recorded whole, UTF-16 units. */
const WHOLE = 60;

/** Of a longer one so much is recorded. */
const BEGINNING = 48;

/** What the changes of one entry may take in an item, bytes: sixteen entries stay below 7 KB. */
const ENTRY_BYTES = 400;

/** In the place of what is left out. */
const LEFT_OUT = "…";

/**
 * What a transition on this head writes into its state, as its history entry records it: nothing unless the instance keeps
 * changes. Every written key is named while there is room, also one that is written as it was read: beside a step somebody
 * may have patched it. Pure.
 */
export function recordedChanges(
  { keepsChanges, redact = [], state }: InstanceHead,
  { remove, set }: StateChanges,
): Pick<HistoryEntry, "changes" | "unlisted"> {
  if (!keepsChanges || set.size + remove.length === 0) return {};
  const removed = new Set(remove);
  const written = [...set.keys()].filter((key) => !removed.has(key));
  const changes: RecordedChange[] = [];
  let bytes = 0;
  for (const key of [...written, ...removed]) {
    const show = redact.includes(key) ? hidden : shortened;
    const [before, after] = [state.get(key), removed.has(key) ? undefined : set.get(key)];
    const change = {
      key,
      ...(before === undefined ? {} : { before: show(before) }),
      ...(after === undefined ? {} : { after: show(after) }),
    };
    const size = Buffer.byteLength(JSON.stringify([key, change.before, change.after]));
    if (bytes + size > ENTRY_BYTES) continue;
    bytes += size;
    changes.push(change);
  }
  const unlisted = written.length + removed.size - changes.length;
  return { changes, ...(unlisted === 0 ? {} : { unlisted }) };
}

function hidden(): string {
  return LEFT_OUT;
}

function shortened(json: string): string {
  if (json.length <= WHOLE) return json;
  // Half of a pair is no character.
  return json.slice(0, BEGINNING).replace(/[\uD800-\uDBFF]$/, "") + LEFT_OUT;
}
