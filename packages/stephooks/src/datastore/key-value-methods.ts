import type { JsonValue } from "@stephooks/core";
import { counted } from "../host/invocation-scope.ts";
import { errorStatus } from "../http/index.ts";
import type { Runtime } from "../runtime.ts";
import { DataStream } from "./data-stream.ts";
import { type KeyOptions, KeyValueOperations, type ListOptions, type StoreOptions } from "./key-values.ts";

/**
 * Values by key, for counters, caches and sessions. Every method rejects with coded errors: `invalid-argument`,
 * `not-a-number`, `out-of-range`, `document-too-large`, and those of the database.
 */
export interface KeyValues {
  /** Stores a text, a number or JSON, with or without an end of its life; answers the value as given. */
  set<Value>(key: string, value: Value, options?: StoreOptions): Promise<Value>;
  /** The value, or null. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the user's own data, which nobody has typed
  get(key: string, options?: KeyOptions): Promise<any>;
  /** The same as {@link set}, with `compat: "strict"` too, where `set` makes a text of an object. */
  setObj<Value extends object>(key: string, value: Value, options?: StoreOptions): Promise<Value>;
  /** The same as {@link get}. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the user's own data, which nobody has typed
  getObj(key: string, options?: KeyOptions): Promise<any>;
  /**
   * Adds to a number, 0 when there is none, in one atomic step, and answers the sum. A `ttl` begins anew with each call
   * that gives one. When it rejects with `unavailable` or `timeout` it may have counted.
   */
  incr(key: string, by?: number, options?: StoreOptions): Promise<number>;
  /** As {@link incr}, downwards. */
  decr(key: string, by?: number, options?: StoreOptions): Promise<number>;
  /** Answers what was there, or null. When it rejects with `unavailable` or `timeout` it may have removed it. */
  del(key: string, options?: KeyOptions): Promise<{ key: string; val: JsonValue } | null>;
  /** Entries `{ key, val }` whose key begins with the prefix, by key. */
  getAll(prefix: string, options?: ListOptions): DataStream;
  /** Removes the entries whose key begins with the prefix. */
  delAll(prefix: string, options?: KeyOptions): Promise<{ count: number; data: number }>;
}

/** The methods on the values of the app that `runtime` names at each call. */
export function keyValueMethods(runtime: () => Runtime): KeyValues {
  const values = (): KeyValueOperations => {
    const { ports, strict } = runtime();
    return new KeyValueOperations(ports.keyValues, ports.clock, strict);
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- answers the value it was given
  const set = ((key, value, options) => counted(() => values().set(key, value, options))) as KeyValues["set"];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- answers the value it was given
  const setObj = ((key, value, options) => counted(() => values().setJson(key, value, options))) as KeyValues["setObj"];
  const get: KeyValues["get"] = (key, options) => counted(() => values().get(key, options));
  return {
    set,
    get,
    setObj,
    getObj: get,
    incr: (key, by = 1, options) => counted(() => values().add(key, by, 1, options)),
    decr: (key, by = 1, options) => counted(() => values().add(key, by, -1, options)),
    del: (key, options) => counted(() => values().remove(key, options)),
    getAll: (prefix, options) =>
      new DataStream(() => values().list(prefix, options), { logger: () => runtime().ports.logger, errorStatus }),
    delAll: (prefix, options) => counted(() => values().removeAll(prefix, options)),
  };
}
