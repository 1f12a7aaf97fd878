import { StateError } from "./state-error.ts";
import { isRecord, type JsonObject, type JsonValue } from "./json-value.ts";

/** State as stored: each top-level key with its value as JSON text, so nesting and numbers round-trip exactly. */
export type StateEntries = ReadonlyMap<string, string>;

/** What a caller hands over: values to store and keys to remove (given as `undefined`). */
export interface EncodedState {
  readonly entries: StateEntries;
  readonly removed: readonly string[];
}

/** V8 overflows its stack in JSON.stringify from about 5,000 levels; state that deep is a mistake. */
const MAX_DEPTH = 100;

/** A longer array cannot fit into a stored item; a sparse one may claim 4,294,967,295 items and exhaust the memory. */
const MAX_ITEMS = 200_000;

/**
 * Encodes a state object key by key. Nested `undefined` is dropped as JSON does; Dates and objects with `toJSON`
 * are stored as what they print. What JSON would change silently is refused.
 *
 * @throws StateError `state-not-an-object`, or `state-not-storable` with the path of the offending value.
 */
export function encodeState(state: unknown): EncodedState {
  return readable("$", () => encodeKeys(state));
}

function encodeKeys(state: unknown): EncodedState {
  if (!isRecord(state) || isOpaque(state)) {
    throw new StateError(
      "state-not-an-object",
      `State must be an object, not ${describe(state)}. Wrap it: { value: … }.`,
    );
  }
  const entries = new Map<string, string>();
  const removed: string[] = [];
  for (const key of Object.keys(state)) {
    const value = readProperty(state, key, "$");
    if (value === undefined) {
      removed.push(key);
      continue;
    }
    entries.set(key, JSON.stringify(toJsonValue(value, pathTo("$", key), [state], key)));
  }
  return { entries, removed };
}

/** The state as a fresh plain object, keys in code-unit order: stores do not keep an order. */
export function decodeState(entries: StateEntries): JsonObject {
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, json]) => [key, parseEntry(json)]));
}

/** One stored value. The text was written by {@link encodeState}. */
export function parseEntry(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json);
  return value;
}

function toJsonValue(value: unknown, path: string, ancestors: readonly object[], key: string): JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw notStorable(path, `the number ${value}`);
      return value;
    case "object":
      return value === null ? null : readable(path, () => objectToJson(value, path, ancestors, key));
    case "undefined":
    case "bigint":
    case "symbol":
    case "function":
      throw notStorable(path, describe(value));
  }
}

function objectToJson(value: object, path: string, ancestors: readonly object[], key: string): JsonValue {
  if (ancestors.includes(value)) throw notStorable(path, "a reference back to one of its own parents (a cycle)");
  if (ancestors.length >= MAX_DEPTH) throw notStorable(path, `more than ${MAX_DEPTH} levels of nesting`);
  const inner = [...ancestors, value];
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return toJsonValue(callToJson(value, value.toJSON, path, key), path, inner, key);
  }
  if (Array.isArray(value)) {
    if (value.length > MAX_ITEMS) throw notStorable(path, `an array of ${value.length} items`);
    return Array.from(value, (item: unknown, index) =>
      item === undefined ? null : toJsonValue(item, `${path}[${index}]`, inner, String(index)),
    );
  }
  if (isOpaque(value)) throw notStorable(path, describe(value));
  const properties: [string, JsonValue][] = [];
  for (const name of Object.keys(value)) {
    const property = readProperty(value, name, path);
    if (property !== undefined) properties.push([name, toJsonValue(property, pathTo(path, name), inner, name)]);
  }
  return Object.fromEntries(properties);
}

function callToJson(value: object, toJson: Function, path: string, key: string): unknown {
  try {
    return toJson.call(value, key);
  } catch (cause) {
    throw notStorable(path, "an object whose toJSON throws", cause);
  }
}

function readProperty(owner: object, name: string, path: string): unknown {
  try {
    return Reflect.get(owner, name);
  } catch (cause) {
    throw notStorable(pathTo(path, name), "a getter that throws", cause);
  }
}

/** A Proxy may throw from anything that is done with it. */
function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof StateError) throw cause;
    throw notStorable(path, "an object that cannot be read", cause);
  }
}

/** Objects that JSON would print as `{}`: storing them would lose their content without a word. */
function isOpaque(value: object): boolean {
  return (
    hidesItsContent(value) ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof RegExp ||
    value instanceof Error ||
    value instanceof String ||
    ArrayBuffer.isView(value)
  );
}

/** An instance of a class without a key of its own: what it holds is out of JSON's sight. */
function hidesItsContent(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return !isPlain && Object.keys(value).length === 0;
}

function notStorable(path: string, what: string, cause?: unknown): StateError {
  return new StateError(
    "state-not-storable",
    `State at ${path} is ${what}, which cannot be stored. Convert it to a string, number, boolean, null, array or plain object first.`,
    { path },
    { cause },
  );
}

function pathTo(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? `a ${value.constructor.name}` : `a ${typeof value}`;
}
