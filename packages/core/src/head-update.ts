import type { HeadStatus, InstanceHead } from "./instance-head.ts";
import type { StateEntries } from "./state-entries.ts";

/** The part of a head that a transition may change; identity never changes. */
export type MutableHead = Omit<InstanceHead, "id" | "workflow" | "startId" | "createdAt" | "state" | "parent">;

/**
 * How the state changes: `keys` writes only what differs, so writers of other keys are not overwritten; `whole`
 * replaces the map and must be conditioned on `patchVersion`.
 */
export type StateWrite =
  | { readonly kind: "keys"; readonly set: StateEntries; readonly remove: readonly string[] }
  | { readonly kind: "whole"; readonly entries: StateEntries };

export interface HeadUpdate {
  readonly set: Partial<MutableHead>;
  readonly state?: StateWrite;
}

/** All given parts must hold for the write to be applied. */
export interface HeadCondition {
  readonly seq?: number;
  readonly token?: number;
  readonly patchVersion?: number;
  readonly statusIn: readonly HeadStatus[];
}

/** The head after `update`. Pure: the store of a port must arrive at the same value. */
export function applyHeadUpdate(head: InstanceHead, update: HeadUpdate): InstanceHead {
  return { ...head, ...update.set, state: applyStateWrite(head.state, update.state) };
}

/** Whether a stored head meets a condition. */
export function meetsCondition(head: InstanceHead, condition: HeadCondition): boolean {
  return (
    condition.statusIn.includes(head.status) &&
    (condition.seq === undefined || condition.seq === head.seq) &&
    (condition.token === undefined || condition.token === head.token) &&
    (condition.patchVersion === undefined || condition.patchVersion === head.patchVersion)
  );
}

/** The entries after a state write. */
export function applyStateWrite(entries: StateEntries, write: StateWrite | undefined): StateEntries {
  if (write === undefined) return entries;
  if (write.kind === "whole") return write.entries;
  const result = new Map(entries);
  for (const [key, json] of write.set) result.set(key, json);
  for (const key of write.remove) result.delete(key);
  return result;
}
