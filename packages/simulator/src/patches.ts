import type { InstanceHead } from "@stephooks/core";
import type { Keys } from "./shape.ts";

/** Keys that a client set, or tried to set, from outside. */
export interface Patch {
  readonly keys: Keys;
  acknowledged: boolean;
}

/** What the model must know of the world around an instance. */
export interface ModelContext {
  readonly now: number;
  /** Clocks differ by at most this, milliseconds. */
  readonly skew: number;
  readonly calm: boolean;
  /** A deployment that does not know the workflows was there. */
  readonly hasOldDeployment: boolean;
}

/** The patch that made this state of the values; empty for one that changed nothing. */
export function patchBehind(values: Keys, { state }: InstanceHead, patches: readonly Patch[]): Keys | undefined {
  const differing = [...state].filter(([name, json]) => JSON.stringify(values[name]) !== json).map(([name]) => name);
  if (differing.length === 0) return {};
  return patches.find(
    ({ keys }) =>
      differing.every((name) => name in keys) &&
      Object.entries(keys).every(([name, value]) => state.get(name) === JSON.stringify(value)),
  )?.keys;
}
