import type { EventRecord } from "./event-record.ts";

/** A header or query parameter; repeated names are repeated pairs. */
export type NameValue = readonly [name: string, value: string];

/**
 * Pairs of an event's multi-value map, then those of its single-value map whose name the first does not have (hand-made
 * test events often fill only one). AWS sends text; anything else is left out.
 */
export function nameValues(
  single: EventRecord,
  multi: EventRecord,
  sameName: (name: string) => string = (name) => name,
): NameValue[] {
  const pairs: NameValue[] = [];
  const known = new Set<string>();
  for (const [name, values] of Object.entries(multi)) {
    if (!Array.isArray(values)) continue;
    known.add(sameName(name));
    for (const value of values) if (typeof value === "string") pairs.push([name, value]);
  }
  for (const [name, value] of Object.entries(single)) {
    if (typeof value === "string" && !known.has(sameName(name))) pairs.push([name, value]);
  }
  return pairs;
}

/** {@link nameValues} for headers, whose names do not differ by case. */
export function headerValues(single: EventRecord, multi: EventRecord): NameValue[] {
  return nameValues(single, multi, (name) => name.toLowerCase());
}

/** The last value of a header, or undefined. */
export function lastHeader(headers: readonly NameValue[], lowerCaseName: string): string | undefined {
  return headers.findLast(([name]) => name.toLowerCase() === lowerCaseName)?.[1];
}
