import {
  applyHeadUpdate,
  type DueEntry,
  dueShard,
  type HeadCondition,
  type HeadUpdate,
  type InstanceHead,
  meetsCondition,
  type WriteResult,
} from "@stephooks/core";

/** Told of every applied write, with the stored heads before and after it. */
export type WriteWatcher = (before: InstanceHead | undefined, after: InstanceHead) => void;

interface IndexEntry {
  readonly visibleAt: number;
  readonly at: number | undefined;
}

interface Stored {
  readonly head: InstanceHead;
  /** What the index shows, oldest first; the newest that is visible counts. */
  readonly entries: readonly IndexEntry[];
}

/**
 * A table: linearizable for one item, with an index that lags. What is stored went through the wire format and is
 * frozen, so nobody shares a changeable object with the table.
 */
export class SimStore {
  readonly #stored = new Map<string, Stored>();
  readonly #watch: WriteWatcher;
  readonly #indexLag: () => number;
  readonly #now: () => number;

  constructor(watch: WriteWatcher, now: () => number, indexLag: () => number) {
    this.#watch = watch;
    this.#now = now;
    this.#indexLag = indexLag;
  }

  get(id: string): InstanceHead | undefined {
    return this.#stored.get(id)?.head;
  }

  heads(): readonly InstanceHead[] {
    return [...this.#stored.values()].map(({ head }) => head);
  }

  read(ids: readonly string[]): ReadonlyMap<string, InstanceHead> {
    const found = new Map<string, InstanceHead>();
    for (const id of ids) {
      const head = this.get(id);
      if (head) found.set(id, shown(head));
    }
    return found;
  }

  create(head: InstanceHead): WriteResult {
    const current = this.get(head.id);
    if (current) return { ok: false, current: shown(current) };
    this.#put(undefined, head);
    return { ok: true };
  }

  update(id: string, update: HeadUpdate, condition: HeadCondition): WriteResult {
    const current = this.get(id);
    if (!current || !meetsCondition(current, condition)) {
      return { ok: false, current: current && shown(current) };
    }
    const after = this.#put(current, applyHeadUpdate(current, update));
    return update.result ? { ok: true, stored: shown(after) } : { ok: true };
  }

  due(shard: number, from: number, until: number): readonly DueEntry[] {
    const found: DueEntry[] = [];
    for (const [id, { entries }] of this.#stored) {
      const at = entries.findLast(({ visibleAt }) => visibleAt <= this.#now())?.at;
      if (at !== undefined && at >= from && at < until && dueShard(id) === shard) found.push({ id, at });
    }
    return found.toSorted((a, b) => a.at - b.at).slice(0, 1_000);
  }

  #put(before: InstanceHead | undefined, head: InstanceHead): InstanceHead {
    const after = wireCopy(head);
    const entries = before === undefined ? [] : (this.#stored.get(head.id)?.entries ?? []);
    const moved = before?.indexedAt !== after.indexedAt;
    this.#stored.set(head.id, {
      head: after,
      entries: moved
        ? [...entries.slice(-8), { visibleAt: this.#now() + this.#indexLag(), at: after.indexedAt }]
        : entries,
    });
    this.#watch(before, after);
    return after;
  }
}

/** What JSON keeps, frozen to its depths. */
function wireCopy(head: InstanceHead): InstanceHead {
  const { results, state, ...rest } = head;
  const copy: Omit<InstanceHead, "results" | "state"> = JSON.parse(JSON.stringify(rest), frozen);
  const whole: InstanceHead = {
    ...copy,
    state: new Map(state),
    ...(results === undefined ? {} : { results: new Map(wireEntries(results)) }),
  };
  return Object.freeze(whole);
}

function wireEntries<Value>(entries: ReadonlyMap<number, Value>): readonly [number, Value][] {
  const copy: [number, Value][] = JSON.parse(JSON.stringify([...entries]), frozen);
  return copy;
}

function frozen(_key: string, value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.freeze(value) : value;
}

/** Maps cannot be frozen, so everybody gets their own. */
function shown(head: InstanceHead): InstanceHead {
  const { results, state } = head;
  return { ...head, state: new Map(state), ...(results === undefined ? {} : { results: new Map(results) }) };
}
