import { isRecord } from "@stephooks/core";
import type { Query } from "./document.ts";

/** What may stand beside `filter`. */
const OPTIONS: ReadonlySet<string> = new Set([
  "filter",
  "hints",
  "limit",
  "offset",
  "sort",
  "reverse",
  "fields",
  "projection",
  "useIndex",
  "startIndex",
  "endIndex",
]);

/**
 * Whether an argument is the older form `{ filter, … }`. A query that has a field `filter` beside fields of its own is
 * none: `{ owner, ...fromTheUrl }` must not lose its owner.
 */
export function isOlderForm(given: unknown): given is Query & { readonly filter: Query } {
  return isRecord(given) && isRecord(given["filter"]) && holdsOptionsOnly(given);
}

/** Whether all its names are those of options. */
export function holdsOptionsOnly(given: Query): boolean {
  return Object.keys(given).every((key) => OPTIONS.has(key));
}
