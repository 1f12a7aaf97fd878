import type { FieldValue } from "./document-store.ts";
import { isRecord, type JsonObject, type JsonValue } from "./json-value.ts";

/**
 * What a document has at a declared field: one value; `several` when an array is in the way, so that more than one
 * value or none may be meant; `none` when there is nothing a range could hold.
 */
export type FieldValues = { readonly one: FieldValue } | "several" | "none";

/** The values of `document` at a dotted path, as an order over them needs to know. */
export function fieldValues(document: JsonObject, path: string): FieldValues {
  let value: JsonValue | undefined = document;
  for (const key of path.split(".")) {
    if (Array.isArray(value)) return "several";
    value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  if (Array.isArray(value)) return "several";
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? { one: value } : "none";
}
