import type { Keys } from "./shape.ts";

/** I21: the largest state that an instance may have, in bytes as DynamoDB counts them (350 KB less 12 KB for the head). */
const LARGEST_STATE = 338 * 1_024;

/** DynamoDB's limit for one item. Bytes. */
export const LARGEST_ITEM = 400 * 1_024;

/**
 * Bytes of one key. Any sum of them that is stored as state leaves room for what the stories add, and any sum beyond
 * the limit is beyond that of an item, too: nobody is told that a small answer does not fit any more.
 */
export const largeSizes = Object.freeze({
  one: 205_000,
  most: 330_000,
  tooMuch: 360_000,
  /** Of a branch: three results fit into one item and not into one state. */
  third: 120_000,
});

const texts = new Map<number, string>();

/** A text of this many bytes, always the same object. */
export function largeText(bytes: number): string {
  const known = texts.get(bytes) ?? Buffer.alloc(bytes, "x").toString("latin1");
  texts.set(bytes, known);
  return known;
}

/** Bytes of keys and values as the table counts them; all text of the stories is ASCII. */
export function bytesOf(keys: Keys): number {
  return Object.entries(keys).reduce((sum, [name, value]) => sum + name.length + jsonLength(value) + 1, 3);
}

export function isTooLarge(keys: Keys): boolean {
  return bytesOf(keys) > LARGEST_STATE;
}

/** A large text needs no escapes: its JSON is two quotes longer. */
function jsonLength(value: Keys[string] | undefined): number {
  return typeof value === "string" && value.length > 1_000 ? value.length + 2 : JSON.stringify(value ?? null).length;
}
