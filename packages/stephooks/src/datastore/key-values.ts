import { type Clock, isRecord, type JsonValue, type KeyPlace, type KeyValueStore, PortError } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import type { Document } from "./document.ts";
import { assertFree } from "./reserved-names.ts";

export interface KeyOptions {
  /** Keys of different keyspaces never meet. */
  readonly keyspace?: string;
}

export interface StoreOptions extends KeyOptions {
  /** Milliseconds until the value is gone; it is exact when the value is read. */
  readonly ttl?: number;
}

export interface ListOptions extends KeyOptions {
  /** From the last key to the first. */
  readonly reverse?: boolean;
  /** Leaves the values out. */
  readonly onlykeys?: boolean;
}

/** A hundred years, milliseconds. */
const MAX_TTL = 3_155_760_000_000;

/** Values that are removed at the same time. */
const AT_ONCE = 16;

/** What the methods of a connection do with keys. Every one rejects with coded errors. */
export class KeyValueOperations {
  readonly #store: KeyValueStore;
  readonly #clock: Clock;
  readonly #strict: boolean;

  /** With `strict` an object is stored as the text it makes of itself, as codehooks' platform does. */
  constructor(store: KeyValueStore, clock: Clock, strict: boolean) {
    this.#store = store;
    this.#clock = clock;
    this.#strict = strict;
  }

  async set(key: unknown, value: unknown, options: unknown): Promise<unknown> {
    const isObject = typeof value === "object" && value !== null;
    await this.setJson(key, isObject && this.#strict ? textOf(value) : value, options);
    return value;
  }

  async setJson(key: unknown, value: unknown, options: unknown): Promise<unknown> {
    const stored = jsonOf(value);
    const given = record(options);
    await this.#write(() => this.#store.set(placeOf(key, given), stored, this.#expiry(given)));
    return value;
  }

  async get(key: unknown, options: unknown): Promise<JsonValue> {
    return (await this.#store.get(placeOf(key, record(options))))?.value ?? null;
  }

  /** @throws StephooksError `not-a-number`, `out-of-range`. */
  async add(key: unknown, amount: unknown, sign: 1 | -1, options: unknown): Promise<number> {
    if (typeof amount !== "number" || !(Math.abs(amount) <= Number.MAX_SAFE_INTEGER)) {
      throw invalid("Count by a number up to 2^53 - 1.");
    }
    const given = record(options);
    const added = await this.#store.add(placeOf(key, given), sign * amount || 0, this.#expiry(given));
    if (added.ok) return added.value;
    throw added.reason === "not-a-number"
      ? new StephooksError("not-a-number", `The value of "${String(key)}" is not a number: set a number first.`)
      : new StephooksError("out-of-range", `"${String(key)}" would pass 2^53 - 1, where numbers are no longer exact.`);
  }

  async remove(key: unknown, options: unknown): Promise<{ key: string; val: JsonValue } | null> {
    const entry = await this.#store.remove(placeOf(key, record(options)));
    return entry === undefined ? null : { key: entry.key, val: entry.value };
  }

  async *list(prefix: unknown, options: unknown): AsyncGenerator<Document> {
    const { keyspace, onlykeys, reverse } = record(options);
    const pages = this.#store.list(keyspaceOf(keyspace), prefixOf(prefix), reverse === true);
    for await (const page of pages) {
      for (const { key, value } of page) yield onlykeys === true ? { key } : { key, val: value };
    }
  }

  async removeAll(prefix: unknown, options: unknown): Promise<{ count: number; data: number }> {
    const given = record(options);
    let count = 0;
    for await (const page of this.#store.list(keyspaceOf(given["keyspace"]), prefixOf(prefix))) {
      for (let start = 0; start < page.length; start += AT_ONCE) {
        const some = page.slice(start, start + AT_ONCE);
        const removed = await Promise.all(some.map(({ key }) => this.#store.remove(placeOf(key, given))));
        count += removed.filter((entry) => entry !== undefined).length;
      }
    }
    return { count, data: count };
  }

  #expiry({ ttl }: Readonly<Record<string, unknown>>): number | undefined {
    if (ttl === undefined || ttl === null) return undefined;
    if (typeof ttl === "number" && ttl > 0 && ttl <= MAX_TTL) return Math.ceil(this.#clock.now() + ttl);
    throw invalid("ttl is a number of milliseconds above 0, at most a hundred years.");
  }

  async #write(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== "too-large") throw error;
      throw new StephooksError(
        "document-too-large",
        "A value is at most 400 KB. Keep large content in files.",
        {},
        {
          cause: error,
        },
      );
    }
  }
}

/** What `String` makes of an object. @throws StephooksError `invalid-argument` for one that makes no text of itself. */
function textOf(value: object): string {
  try {
    // oxlint-disable-next-line typescript/no-base-to-string -- that is what codehooks stores
    return String(value);
  } catch (cause) {
    throw new StephooksError("invalid-argument", "The value cannot be made a text.", {}, { cause });
  }
}

/** A text or a number as it is; anything else as JSON keeps it. */
function jsonOf(value: unknown): JsonValue {
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return JSON.parse(text);
  } catch (error) {
    throw new StephooksError(
      "invalid-argument",
      `The value holds something that JSON cannot: ${String(error)}.`,
      {},
      {
        cause: error,
      },
    );
  }
  throw invalid("A value is a text, a number, or something else that JSON holds.");
}

function placeOf(key: unknown, { keyspace }: Readonly<Record<string, unknown>>): KeyPlace {
  if (typeof key !== "string") throw invalid("A key is a text.");
  assertText(key, 1_024, "key");
  return { keyspace: keyspaceOf(keyspace), key };
}

function keyspaceOf(keyspace: unknown): string {
  if (keyspace === undefined || keyspace === null || keyspace === "") return "";
  if (typeof keyspace !== "string") throw invalid("A keyspace is a text.");
  assertText(keyspace, 200, "keyspace");
  assertFree(keyspace);
  return keyspace;
}

/** Nothing given is not everything; an asterisk is an asterisk. */
function prefixOf(prefix: unknown): string {
  if (typeof prefix !== "string") throw invalid('Give the beginning of the keys, "" for all of the keyspace.');
  if (prefix !== "") assertText(prefix, 1_024, "prefix");
  return prefix;
}

function assertText(text: string, most: number, what: string): void {
  if (text !== "" && text.isWellFormed() && Buffer.byteLength(text) <= most) return;
  throw invalid(`A ${what} is 1 to ${most} bytes of well-formed Unicode.`);
}

function record(options: unknown): Readonly<Record<string, unknown>> {
  if (options === undefined || options === null) return {};
  if (isRecord(options)) return options;
  throw invalid("Options are an object, such as { ttl: 60000, keyspace: 'sessions' }.");
}

function invalid(message: string): StephooksError {
  return new StephooksError("invalid-argument", message);
}
