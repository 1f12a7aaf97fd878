import {
  applyStateWrite,
  assertStorableSize,
  encodeState,
  type InstanceHead,
  type StateEntries,
  type StateWrite,
} from "@stephooks/core";
import { instanceDocument } from "./instance-document.ts";
import { isProtectedName } from "./protected-names.ts";

/** What a step wants changed: only keys whose JSON differs from what it was given. */
export type StateChanges = Extract<StateWrite, { kind: "keys" }>;

export const noChanges: StateChanges = Object.freeze({ kind: "keys", set: new Map(), remove: [] });

/** Above this many keys one update expression would exceed DynamoDB's 4 KB and 300 operators: the map is replaced. */
const MAX_KEYS_PER_UPDATE = 100;

/**
 * The difference between the state a step hands over and the document it was given. Absent keys are kept, keys whose
 * value is `undefined` are removed, the engine's own names are ignored.
 *
 * @throws StateError when a value cannot be stored or the instance would become too large.
 */
export function stateChanges(head: InstanceHead, given: object): StateChanges {
  const { entries, removed } = encodeState(given);
  const shown = encodeState(instanceDocument(head)).entries;
  const set = new Map([...entries].filter(([key, json]) => !isProtectedName(key) && shown.get(key) !== json));
  const changes: StateChanges = { kind: "keys", set, remove: removed.filter((key) => head.state.has(key)) };
  assertStorableSize(applyStateWrite(head.state, changes));
  return changes;
}

/** The write that brings `changes` onto the state as stored now, and the condition it needs. */
export function stateWrite(
  stored: StateEntries,
  changes: StateChanges,
): { readonly write?: StateWrite; readonly replacesMap: boolean } {
  const keys = changes.set.size + changes.remove.length;
  if (keys === 0) return { replacesMap: false };
  if (keys <= MAX_KEYS_PER_UPDATE) return { write: changes, replacesMap: false };
  return { write: { kind: "whole", entries: applyStateWrite(stored, changes) }, replacesMap: true };
}
