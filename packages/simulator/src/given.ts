import type { InstanceHead, JsonValue } from "@stephooks/core";
import type { Keys } from "./shape.ts";

/** What one body was given to work on. */
export interface Given {
  /** The user's part of its document. */
  readonly keys: Keys;
  readonly attempt: number;
  /** Its head as its process saw it last; undefined when nothing was stored. */
  readonly head: InstanceHead | undefined;
}

/** What the engine adds to a document; the rest is the user's. */
const engineKeys: ReadonlySet<string> = new Set([
  "_id",
  "nextStep",
  "createdAt",
  "updatedAt",
  "instanceId",
  "workflowName",
  "stepCount",
  "parallelSteps",
  "previousStep",
  "totalTime",
  "lastError",
  "status",
]);

export function userKeys(document: object): Keys {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !engineKeys.has(name)));
}

/** The keys of `asked` that differ from what was given: a commit writes these and no others. */
export function changedKeys(asked: Keys, given: Keys): Keys {
  return Object.fromEntries(Object.entries(asked).filter(([name, value]) => !isSame(given[name], value)));
}

export function sameKeys(a: Keys, b: Keys): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && isSame(a[name], b[name]));
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a === b || (typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b));
}
