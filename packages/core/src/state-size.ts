import { StateError } from "./state-error.ts";
import type { StateEntries } from "./state-entries.ts";

/**
 * Largest instance this engine stores, in bytes of the stored item. DynamoDB's own limit is 400 KB including
 * attribute names; the rest is room for the error record, the history ring and branch results.
 */
export const MAX_STORED_BYTES = 350 * 1024;

/** What the head's own attributes take besides the user's state, rounded up (ids, error record of 8 KB, history). */
const HEAD_RESERVE_BYTES = 12 * 1024;

/**
 * Bytes the state takes in a DynamoDB item: UTF-8 of names and values, one byte an entry and three for the map
 * (AWS documentation, "DynamoDB item sizes and formats").
 */
export function stateBytes(entries: StateEntries): number {
  let bytes = 3;
  for (const [key, json] of entries) bytes += Buffer.byteLength(key) + Buffer.byteLength(json) + 1;
  return bytes;
}

/** @throws StateError `state-too-large` when an instance with this state would exceed {@link MAX_STORED_BYTES}. */
export function assertStorableSize(entries: StateEntries): void {
  const bytes = stateBytes(entries) + HEAD_RESERVE_BYTES;
  if (bytes <= MAX_STORED_BYTES) return;
  throw new StateError(
    "state-too-large",
    `The state needs ${bytes} bytes as a stored item, more than the limit of ${MAX_STORED_BYTES}. Keep large data in a bucket or a collection and its key in the state.`,
    { bytes, limit: MAX_STORED_BYTES },
  );
}
