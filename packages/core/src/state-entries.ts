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

/** Where a value stands in the state. A chain, so that only a refusal pays for spelling the path out. */
interface Place {
  /** What it stands in, or the object whose toJSON answered it. */
  readonly owner: object;
  /** Its name or index there; undefined for the answer of a toJSON, which stands where its owner does. */
  readonly key: string | number | undefined;
  /** Of the owner; undefined for the state itself. */
  readonly above: Place | undefined;
  /** Objects from the state down to the owner. */
  readonly depth: number;
}

/**
 * Encodes a state object key by key. Nested `undefined` is dropped as JSON does; Dates and objects with `toJSON`
 * are stored as what they print. What JSON would change silently is refused.
 *
 * @throws StateError `state-not-an-object`, or `state-not-storable` with the path of the offending value.
 */
export function encodeState(state: unknown): EncodedState {
  return readable(undefined, () => encodeKeys(state));
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
    const place = placeIn(state, key, undefined);
    const value = readProperty(state, key, place);
    if (value === undefined) removed.push(key);
    else entries.set(key, JSON.stringify(toJsonValue(value, place)));
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

function toJsonValue(value: unknown, place: Place): JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw notStorable(place, `the number ${value}`);
      return value;
    case "object":
      return value === null ? null : readable(place, () => objectToJson(value, place));
    case "undefined":
    case "bigint":
    case "symbol":
    case "function":
      throw notStorable(place, describe(value));
  }
}

function objectToJson(value: object, place: Place): JsonValue {
  if (standsIn(place, value)) throw notStorable(place, "a reference back to one of its own parents (a cycle)");
  if (place.depth >= MAX_DEPTH) throw notStorable(place, `more than ${MAX_DEPTH} levels of nesting`);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return toJsonValue(callToJson(value, value.toJSON, place), placeIn(value, undefined, place));
  }
  if (Array.isArray(value)) {
    if (value.length > MAX_ITEMS) throw notStorable(place, `an array of ${value.length} items`);
    return Array.from(value, (item: unknown, index) =>
      item === undefined ? null : toJsonValue(item, placeIn(value, index, place)),
    );
  }
  if (isOpaque(value)) throw notStorable(place, describe(value));
  const properties: [string, JsonValue][] = [];
  for (const name of Object.keys(value)) {
    const inner = placeIn(value, name, place);
    const property = readProperty(value, name, inner);
    if (property !== undefined) properties.push([name, toJsonValue(property, inner)]);
  }
  return Object.fromEntries(properties);
}

function callToJson(value: object, toJson: Function, place: Place): unknown {
  try {
    return toJson.call(value, keyOf(place));
  } catch (cause) {
    throw notStorable(place, "an object whose toJSON throws", cause);
  }
}

function readProperty(owner: object, name: string, place: Place): unknown {
  try {
    return Reflect.get(owner, name);
  } catch (cause) {
    throw notStorable(place, "a getter that throws", cause);
  }
}

/** A Proxy may throw from anything that is done with it. */
function readable<Result>(place: Place | undefined, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof StateError) throw cause;
    throw notStorable(place, "an object that cannot be read", cause);
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

function notStorable(place: Place | undefined, what: string, cause?: unknown): StateError {
  const path = pathOf(place);
  return new StateError(
    "state-not-storable",
    `State at ${path} is ${what}, which cannot be stored. Convert it to a string, number, boolean, null, array or plain object first.`,
    { path },
    { cause },
  );
}

function placeIn(owner: object, key: Place["key"], above: Place | undefined): Place {
  return { owner, key, above, depth: (above?.depth ?? 0) + 1 };
}

function standsIn(place: Place, value: object): boolean {
  for (let at: Place | undefined = place; at; at = at.above) if (at.owner === value) return true;
  return false;
}

/** The key a toJSON is told: what answers for another stands under the other's. */
function keyOf({ above, key }: Place): string {
  if (key !== undefined) return String(key);
  return above ? keyOf(above) : "";
}

function pathOf(place: Place | undefined): string {
  if (place === undefined) return "$";
  const { above, key } = place;
  if (key === undefined) return pathOf(above);
  if (typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key)) return `${pathOf(above)}.${key}`;
  return `${pathOf(above)}[${JSON.stringify(key)}]`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? `a ${value.constructor.name}` : `a ${typeof value}`;
}
