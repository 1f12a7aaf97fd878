import { isRecord, PortError } from "@stephooks/core";

/** What a call came to: its answer, or the code it rejected with. */
export async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof PortError) return { rejected: error.code };
    throw error;
  }
}

/**
 * A value as text that is equal exactly when the values are: maps and objects by sorted entries, so that neither
 * order nor a key named `__proto__` or `constructor` matters, and a member that is undefined is not one that is missing.
 */
export function canonical(value: unknown): string {
  return JSON.stringify(plain(value), undefined, 1);
}

function plain(value: unknown): unknown {
  if (value === undefined) return "(undefined)";
  if (value instanceof Map) return { map: sorted([...value.entries()]) };
  if (Array.isArray(value)) return value.map(plain);
  return isRecord(value) ? { object: sorted(Object.entries(value)) } : value;
}

function sorted(entries: readonly (readonly [unknown, unknown])[]): readonly unknown[] {
  return entries
    .map(([key, value]) => [key, plain(value)] as const)
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
