import { isRecord } from "@stephooks/core";

/** What a field path leads to in a document. */
export interface FoundValues {
  /** Several where the path goes through an array, none where nothing in it can be gone into; undefined is missing. */
  readonly values: readonly unknown[];
  /** The same, and what each array among them holds: most operators judge an array and its items alike. */
  readonly items: readonly unknown[];
}

/**
 * Follows a path as MongoDB's manual describes it ("Query an Array of Embedded Documents"): a name leads into each
 * object of an array, not into arrays within it; a number is also a position. A name that is not there, or asked of a
 * scalar, is missing; a scalar within an array is not gone into.
 */
export function findValues(document: unknown, segments: readonly string[]): FoundValues {
  return foundValues(valuesAt(document, segments, 0));
}

export function foundValues(values: readonly unknown[]): FoundValues {
  return { values, items: values.some(Array.isArray) ? values.flatMap(withItems) : values };
}

function valuesAt(value: unknown, segments: readonly string[], start: number): readonly unknown[] {
  let current = value;
  for (let index = start; index < segments.length; index++) {
    const key = segments[index] ?? "";
    if (Array.isArray(current)) return valuesInArray(current, segments, index);
    if (!isRecord(current) || !Object.hasOwn(current, key)) return [undefined];
    current = current[key];
  }
  return [current];
}

function valuesInArray(array: readonly unknown[], segments: readonly string[], index: number): readonly unknown[] {
  const key = segments[index] ?? "";
  const objects = array.filter(isRecord);
  const isPosition = /^\d{1,9}$/.test(key) && Number(key) < array.length;
  if (!isPosition) return objects.flatMap((item) => valuesAt(item, segments, index));
  // Objects may have numbers as names, but nothing is missing in one without: the position was meant.
  const named = objects.filter((item) => Object.hasOwn(item, key)).flatMap((item) => valuesAt(item, segments, index));
  return [...valuesAt(array[Number(key)], segments, index + 1), ...named];
}

function withItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? [value, ...value] : [value];
}
