import type { InstanceHead } from "@stephooks/core";
import { type Given, sameKeys } from "./given.ts";
import type { Keys } from "./shape.ts";

/** Keys that a client set, or tried to set, from outside. */
export interface Patch {
  readonly keys: Keys;
  /** They are the whole state, not a part of it. */
  readonly whole: boolean;
  acknowledged: boolean;
  /** It has been seen in the stored state. */
  applied: boolean;
  /** Another client has replaced the whole state since. */
  superseded: boolean;
}

export function patchOf(keys: Keys, whole = false): Patch {
  return { keys, whole, acknowledged: false, applied: false, superseded: false };
}

/** What the model must know of the world around an instance. */
export interface ModelContext {
  readonly now: number;
  /** Clocks differ by at most this, milliseconds. */
  readonly skew: number;
  readonly calm: boolean;
  /** Whether a deployment that was there does not know this step. */
  readonly isUnknown: (workflow: string, step: string) => boolean;
  /** What the process that writes gave its newest body of this head; undefined for one that ran none. */
  readonly given: (id: string) => Given | undefined;
  /** I23: why the deaths of this head's newest step do not excuse that it fails; undefined when they do. */
  readonly deaths: (id: string) => string | undefined;
  /** Told what the model has seen happen. */
  readonly mark: (what: string) => void;
}

/**
 * The values that a patch made of these; the same values for a patch that changed nothing, undefined when nobody asked
 * for what is stored. Notes which patches were applied.
 */
export function patched(values: Keys, { state }: InstanceHead, patches: readonly Patch[]): Keys | undefined {
  const stored = Object.fromEntries([...state].map(([name, json]) => [name, JSON.parse(json)]));
  const isSame = sameKeys(values, stored);
  const made = patches.filter(({ keys, whole }) => sameKeys(whole ? keys : { ...values, ...keys }, stored));
  if (!isSame && made.length === 0) return undefined;
  for (const patch of made) patch.applied = true;
  const isReplaced = made.some(({ whole }) => whole) && !made.some(({ whole }) => !whole);
  if (isReplaced) for (const patch of patches) patch.superseded ||= patch.applied && !made.includes(patch);
  return stored;
}
