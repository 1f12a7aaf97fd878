import {
  type AddResult,
  assertKeyPlace,
  type Clock,
  type JsonValue,
  type KeyPlace,
  type KeyValueEntry,
  type KeyValueStore,
} from "@stephooks/core";

export interface MemoryKeyValueStoreOptions {
  readonly clock: Clock;
  /** Entries of a page. */
  readonly pageSize?: number;
}

/** Values in memory. They are copied on every way in and out, as a wire would. */
export function memoryKeyValueStore({ clock, pageSize = 100 }: MemoryKeyValueStoreOptions): KeyValueStore {
  const keyspaces = new Map<string, Map<string, KeyValueEntry>>();
  const at = (keyspace: string): Map<string, KeyValueEntry> => {
    const entries = keyspaces.get(keyspace) ?? new Map<string, KeyValueEntry>();
    keyspaces.set(keyspace, entries);
    return entries;
  };
  const live = ({ key, keyspace }: KeyPlace): KeyValueEntry | undefined => {
    const entry = at(keyspace).get(key);
    return entry && !isOver(entry, clock.now()) ? entry : undefined;
  };
  const put = ({ key, keyspace }: KeyPlace, value: JsonValue, expiresAt: number | undefined): void => {
    at(keyspace).set(key, copied({ key, value, ...(expiresAt === undefined ? {} : { expiresAt }) }));
  };
  return {
    get: async (place) => {
      assertKeyPlace(place);
      const entry = live(place);
      return entry && copied(entry);
    },
    set: async (place, value, expiresAt) => {
      assertKeyPlace(place);
      put(place, value, expiresAt);
    },
    add: async (place, amount, expiresAt) => {
      assertKeyPlace(place);
      const entry = live(place);
      const result = sumOf(entry === undefined ? 0 : entry.value, amount);
      if (result.ok) put(place, result.value, expiresAt ?? entry?.expiresAt);
      return result;
    },
    remove: async (place) => {
      assertKeyPlace(place);
      const entry = live(place);
      at(place.keyspace).delete(place.key);
      return entry;
    },
    list: async function* (keyspace, prefix, reverse) {
      assertKeyPlace({ keyspace, key: prefix || "a" });
      const found = [...at(keyspace).values()]
        .filter((entry) => entry.key.startsWith(prefix) && !isOver(entry, clock.now()))
        .toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
      const ordered = reverse === true ? found.toReversed() : found;
      for (let start = 0; start < ordered.length; start += pageSize) {
        yield ordered.slice(start, start + pageSize).map(copied);
      }
    },
  };
}

function sumOf(present: JsonValue, amount: number): AddResult {
  if (typeof present !== "number") return { ok: false, reason: "not-a-number" };
  const value = Number((present + amount).toPrecision(15));
  const exact = Number.isSafeInteger(present) && Number.isSafeInteger(amount) ? present + amount : value;
  return Math.abs(exact) <= Number.MAX_SAFE_INTEGER
    ? { ok: true, value: exact }
    : { ok: false, reason: "out-of-range" };
}

function isOver({ expiresAt }: KeyValueEntry, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

function copied(entry: KeyValueEntry): KeyValueEntry {
  return { ...entry, value: JSON.parse(JSON.stringify(entry.value)) };
}
