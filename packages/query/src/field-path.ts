import { isRecord } from "@stephooks/core";
import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";

/** What JSON holds between braces. */
export type JsonDocument = Readonly<Record<string, unknown>>;

/**
 * Checks a dotted field path and answers it as it is looked up.
 *
 * @throws QueryError `invalid-path`, `query-too-deep`.
 */
export function fieldPath(path: string, budget: QueryBudget): string {
  const segments = path.split(".");
  budget.spendNode(segments.length);
  for (const segment of segments) {
    if (segment === "" || segment.startsWith("$") || segment === "__proto__") {
      throw new QueryError(
        "invalid-path",
        `"${path.slice(0, 100)}" is no field path. Give names separated by single dots, none of them "__proto__" or beginning with "$".`,
      );
    }
  }
  return segments.map(shieldedKey).join(".");
}

/**
 * A document as mingo may see it. Mingo tells plain objects by their `constructor`, so that one stored object with a key
 * of that name would break every query that meets it: the key is looked up under another name, in documents and
 * filters alike. Answers the same object when there is no such key.
 */
export function shielded(document: JsonDocument): JsonDocument {
  if (isHarmless(document)) return document;
  const copy = shieldedCopy(document);
  return isRecord(copy) ? copy : {};
}

function isHarmless(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isHarmless);
  if (!isRecord(value)) return true;
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.keys(value).every((key) => shieldedKey(key) === key && isHarmless(value[key]));
}

function shieldedCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shieldedCopy);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [shieldedKey(key), shieldedCopy(item)]));
}

export function shieldedKey(key: string): string {
  return key === "constructor" ? "constructor\0" : key;
}
