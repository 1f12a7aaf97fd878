import type { JsonValue } from "./json-value.ts";

/** Where a value is: keys of different keyspaces never meet. The default keyspace is the empty text. */
export interface KeyPlace {
  readonly keyspace: string;
  readonly key: string;
}

export interface KeyValueEntry {
  readonly key: string;
  readonly value: JsonValue;
  /** From when on the entry is gone, epoch milliseconds. */
  readonly expiresAt?: number;
}

/**
 * A sum, or why there is none: the value is not a number, or the sum would leave the range in which every whole number
 * is exact.
 */
export type AddResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: "not-a-number" | "out-of-range" };

/** UTF-8 bytes of a key, and of a keyspace, at the most. */
export const MAX_KEY_BYTES = 1_024;
export const MAX_KEYSPACE_BYTES = 200;

/**
 * Values by key. Reads are strongly consistent; every method rejects with a {@link PortError} only. An entry whose time
 * is over is as if it were removed.
 */
export interface KeyValueStore {
  get(place: KeyPlace): Promise<KeyValueEntry | undefined>;
  /** Replaces value and expiry. */
  set(place: KeyPlace, value: JsonValue, expiresAt?: number): Promise<void>;
  /**
   * Adds to the number there, 0 when there is none, in one atomic step. A given expiry replaces the present one. A call
   * that succeeds has counted once; one that rejects with `unavailable` or `timeout` may have counted.
   */
  add(place: KeyPlace, amount: number, expiresAt?: number): Promise<AddResult>;
  /** What was there; undefined when there was nothing. */
  remove(place: KeyPlace): Promise<KeyValueEntry | undefined>;
  /** Pages of the entries whose key begins with the prefix, by key in the order of code points, or backwards. */
  list(keyspace: string, prefix: string, reverse?: boolean): AsyncIterable<readonly KeyValueEntry[]>;
}
