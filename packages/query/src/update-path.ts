import { isRecord } from "@stephooks/core";
import { fieldPath } from "./field-path.ts";
import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";
import { getOwn, type MutableDocument, setOwn } from "./update-values.ts";

/** One place in a document: read, written or taken away. */
export interface FieldPlace {
  readonly value: unknown;
  set(value: unknown): void;
  remove(): void;
}

/** The segments of a checked field path. @throws QueryError `invalid-path`, `query-too-deep`, `query-too-large`. */
export function pathSegments(path: string, budget: QueryBudget): readonly string[] {
  return fieldPath(path, budget);
}

/**
 * The place a path leads to. Objects on the way are made when something is set there; a number is a position in an
 * array, its end included.
 *
 * @throws QueryError `invalid-update` where the way leads through a text or a number, or past the end of an array.
 */
export function placeAt(document: MutableDocument, segments: readonly string[]): FieldPlace {
  const last = segments.at(-1) ?? "";
  const way = segments.slice(0, -1);
  return {
    get value() {
      const holder = way.reduce<unknown>((inner, key) => (isObject(inner) ? getOwn(inner, key) : undefined), document);
      return isObject(holder) ? getOwn(holder, last) : undefined;
    },
    set: (value) =>
      setIn(
        way.reduce<object>((inner, key) => stepInto(inner, key, segments), document),
        last,
        value,
        segments,
      ),
    remove: () => {
      const holder = way.reduce<unknown>((inner, key) => (isObject(inner) ? getOwn(inner, key) : undefined), document);
      // A position in an array keeps its place, as in Mongo.
      if (Array.isArray(holder)) {
        if (Object.hasOwn(holder, last) && isPosition(last)) holder[Number(last)] = null;
      } else if (isObject(holder)) Reflect.deleteProperty(holder, last);
    },
  };
}

function stepInto(holder: object, key: string, segments: readonly string[]): object {
  const present = getOwn(holder, key);
  if (isObject(present)) return present;
  if (present !== undefined && present !== null) throw noWay(segments, key);
  const made = {};
  setIn(holder, key, made, segments);
  return made;
}

function setIn(holder: object, key: string, value: unknown, segments: readonly string[]): void {
  if (Array.isArray(holder) && (!isPosition(key) || Number(key) > holder.length)) throw noWay(segments, key);
  setOwn(holder, key, value);
}

function isPosition(key: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(key);
}

function isObject(value: unknown): value is object {
  return isRecord(value) || Array.isArray(value);
}

function noWay(segments: readonly string[], key: string): QueryError {
  return new QueryError(
    "invalid-update",
    `"${segments.join(".").slice(0, 100)}" cannot be set: "${key.slice(0, 50)}" is not in an object, or past the end of an array.`,
  );
}
