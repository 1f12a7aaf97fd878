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
  const result = shieldedValue(document);
  return isRecord(result) ? result : {};
}

function shieldedValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(shieldedValue);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const changed = entries.map(([key, item]) => [shieldedKey(key), shieldedValue(item)] as const);
  const isSame = changed.every(([key, item], index) => key === entries[index]?.[0] && item === entries[index]?.[1]);
  return isSame && Object.getPrototypeOf(value) === Object.prototype ? value : Object.fromEntries(changed);
}

export function shieldedKey(key: string): string {
  return key === "constructor" ? "constructor\0" : key;
}
