import { isDeepStrictEqual } from "node:util";
import { isRecord } from "@stephooks/core";
import { QueryError } from "./query-error.ts";

/** A document while it is changed. */
export type MutableDocument = Record<string, unknown>;

/** Levels of nesting of a stored value. */
const MAX_DEPTH = 100;

/** The value as JSON stores it: dates as ISO text, no `undefined`. @throws QueryError `invalid-operand`. */
export function jsonCopy<Value>(value: Value, what: string): Value {
  assertDepth(value, what);
  try {
    return JSON.parse(JSON.stringify(value));
  } catch (error) {
    throw new QueryError(
      "invalid-operand",
      `The ${what} holds something that JSON cannot: ${String(error)}.`,
      {},
      {
        cause: error,
      },
    );
  }
}

/** Without recursion: what is too deep must not overflow the stack that looks for it. */
function assertDepth(value: unknown, what: string): void {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new QueryError("query-too-deep", `The ${what} nests more than ${MAX_DEPTH} levels.`);
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
}

/** Equal as JSON values, whatever the order of keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

/** Sets a key of the object itself, also one named as its prototype is. */
export function setOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
}

export function getOwn(target: object, key: string): unknown {
  return Object.hasOwn(target, key) ? Reflect.get(target, key) : undefined;
}

/** Objects are merged key by key; anything else replaces what was there. */
export function mergeInto(target: MutableDocument, source: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(source)) {
    const present = getOwn(target, key);
    if (isRecord(value) && isRecord(present)) mergeInto(present, value);
    else setOwn(target, key, value);
  }
}
