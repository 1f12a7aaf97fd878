import {
  applyStateWrite,
  assertStorableSize,
  encodeState,
  type InstanceHead,
  parseEntry,
  type StateEntries,
  type StateWrite,
} from "@stephooks/core";
import { writableFields } from "./instance-document.ts";
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
  const fields = new Map(Object.entries(writableFields(head)));
  const isShown = (key: string, json: string): boolean =>
    fields.has(key) ? JSON.stringify(fields.get(key)) === json : holds(head.state.get(key), json);
  const set = new Map([...entries].filter(([key, json]) => !isProtectedName(key) && !isShown(key, json)));
  const changes: StateChanges = { kind: "keys", set, remove: removed.filter((key) => head.state.has(key)) };
  assertStorableSize(applyStateWrite(head.state, changes));
  return changes;
}

/** Whether the stored text is this value's. A hand other than the engine's may have written it another way. */
function holds(stored: string | undefined, json: string): boolean {
  return stored === json || (stored !== undefined && JSON.stringify(parseEntry(stored)) === json);
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
