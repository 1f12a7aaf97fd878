import { type BranchResult, hasEnded, type HeadStatus, type InstanceHead } from "./instance-head.ts";
import { PortError } from "./port-error.ts";
import type { StateEntries } from "./state-entries.ts";

/** The part of a head that a transition may change; identity never changes. */
export type MutableHead = Omit<
  InstanceHead,
  "id" | "workflow" | "startId" | "createdAt" | "state" | "fullHistory" | "keepsChanges" | "redact" | "retention"
>;

/**
 * How the state changes: `keys` writes only what differs, so writers of other keys are not overwritten; `whole`
 * replaces the map and must be conditioned on `patchVersion`.
 */
export type StateWrite =
  | { readonly kind: "keys"; readonly set: StateEntries; readonly remove: readonly string[] }
  | { readonly kind: "whole"; readonly entries: StateEntries };

/** Optional parts of a head that an update may take away. */
export type ClearableField = OptionalKeys<MutableHead>;

type OptionalKeys<Type> = { [Key in keyof Type]-?: undefined extends Type[Key] ? Key : never }[keyof Type];

/** Groups of the list index. A change of group costs index writes, so only the end of an instance is one. */
export type ListGroup = "active" | "completed" | "failed" | "cancelled";

/** The group of an instance with this status. */
export function listGroupOf(status: HeadStatus): ListGroup {
  return hasEnded(status) ? status : "active";
}

/** An instance's place in the list index. */
export interface ListPlace {
  readonly workflow: string;
  readonly group: ListGroup;
  readonly createdAt: number;
}

export interface HeadUpdate {
  readonly set: Partial<MutableHead>;
  /** Parts to take away; none of them may be in `set`. */
  readonly clear?: readonly ClearableField[];
  readonly state?: StateWrite;
  /**
   * Records one branch's result beside those recorded before. The stored head must have a fan-out (its `results`, if
   * only an empty map), and the update may neither set nor clear them.
   */
  readonly result?: { readonly branch: number; readonly value: BranchResult };
  /** Moves the instance in the list index. */
  readonly listed?: ListPlace;
}

/** All given parts must hold for the write to be applied. */
export interface HeadCondition {
  readonly seq?: number;
  readonly token?: number;
  readonly patchVersion?: number;
  readonly statusIn: readonly HeadStatus[];
  /** No result of this branch is recorded yet. */
  readonly openBranch?: number;
  /** The pause that must be in force; null for none. */
  readonly pauseId?: string | null;
  /** The token that must be held; null for none. */
  readonly heldToken?: number | null;
}

/**
 * A wire names each changed part once, so an update that names one twice cannot be sent, whatever is stored.
 *
 * @throws PortError `invalid`.
 */
export function assertStorableUpdate({ clear = [], result, set }: HeadUpdate): void {
  const twice = clear.find((field) => set[field] !== undefined);
  if (twice !== undefined) throw new PortError("invalid", `An update cannot both set and clear ${twice}.`);
  if (result === undefined || (set.results === undefined && !clear.includes("results"))) return;
  throw new PortError("invalid", "An update cannot both record a result and replace the results.");
}

/** @throws PortError `invalid` when the update records a result and the stored head has no fan-out. */
export function assertFanOut({ id, results }: InstanceHead, { result }: HeadUpdate): void {
  if (result === undefined || results !== undefined) return;
  throw new PortError("invalid", `Instance ${id} has no fan-out, so no result can be recorded.`);
}

/** The head after `update`. Pure: the store of a port must arrive at the same value. */
export function applyHeadUpdate(head: InstanceHead, update: HeadUpdate): InstanceHead {
  const { clear = [], result, set } = update;
  const next: { -readonly [Key in keyof InstanceHead]: InstanceHead[Key] } = {
    ...head,
    ...set,
    state: applyStateWrite(head.state, update.state),
  };
  for (const field of clear) delete next[field];
  if (result) next.results = new Map([...(next.results ?? []), [result.branch, result.value]]);
  return next;
}

/** Whether a stored head meets a condition. */
export function meetsCondition(head: InstanceHead, condition: HeadCondition): boolean {
  return (
    condition.statusIn.includes(head.status) &&
    (condition.seq === undefined || condition.seq === head.seq) &&
    (condition.token === undefined || condition.token === head.token) &&
    (condition.patchVersion === undefined || condition.patchVersion === head.patchVersion) &&
    (condition.openBranch === undefined || head.results?.has(condition.openBranch) === false) &&
    (condition.pauseId === undefined || condition.pauseId === (head.pauseId ?? null)) &&
    (condition.heldToken === undefined || condition.heldToken === (head.heldToken ?? null))
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
