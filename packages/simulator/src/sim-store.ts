import {
  applyHeadUpdate,
  assertFanOut,
  assertStorableUpdate,
  type DueEntry,
  dueShard,
  type HeadCondition,
  type HeadUpdate,
  type InstanceHead,
  type ListGroup,
  listGroupOf,
  type ListPage,
  type ListQuery,
  meetsCondition,
  parseBranchId,
  PortError,
  type WriteResult,
} from "@stephooks/core";
import { LARGEST_ITEM } from "./large-state.ts";

/** Told of every applied write, with the stored heads before and after it. */
export type WriteWatcher = (before: InstanceHead | undefined, after: InstanceHead) => void;

interface Lagging<Value> {
  readonly visibleAt: number;
  readonly value: Value;
}

interface Stored {
  readonly head: InstanceHead;
  /** What the due index shows, oldest first; the newest that is visible counts. */
  readonly due: readonly Lagging<number | undefined>[];
  /** The same of the list index, which holds no branches. */
  readonly listed: readonly Lagging<ListGroup>[];
}

/**
 * A table: linearizable for one item, with an index that lags. What is stored went through the wire format and is
 * frozen, so nobody shares a changeable object with the table.
 */
export class SimStore {
  readonly #stored = new Map<string, Stored>();
  readonly #watch: WriteWatcher;
  /** Told of every write that was refused because it would have left too large an item behind. */
  readonly #onTooLarge: WriteWatcher;
  readonly #indexLag: () => number;
  readonly #now: () => number;

  constructor(watch: WriteWatcher, onTooLarge: WriteWatcher, now: () => number, indexLag: () => number) {
    this.#watch = watch;
    this.#onTooLarge = onTooLarge;
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
    this.#put(undefined, head, listGroupOf(head.status));
    return { ok: true };
  }

  update(id: string, update: HeadUpdate, condition: HeadCondition): WriteResult {
    assertStorableUpdate(update);
    const current = this.get(id);
    if (!current || !meetsCondition(current, condition)) {
      return { ok: false, current: current && shown(current) };
    }
    assertFanOut(current, update);
    const after = this.#put(current, applyHeadUpdate(current, update), update.listed?.group);
    return update.result ? { ok: true, stored: shown(after) } : { ok: true };
  }

  due(shard: number, from: number, until: number): readonly DueEntry[] {
    const found: DueEntry[] = [];
    for (const [id, stored] of this.#stored) {
      const at = this.#visible(stored.due);
      if (at !== undefined && at >= from && at < until && dueShard(id) === shard) found.push({ id, at });
    }
    return found.toSorted((a, b) => a.at - b.at).slice(0, 1_000);
  }

  list({ cursor, group, limit, workflow }: ListQuery): ListPage {
    const places = [...this.#stored.values()]
      .filter(({ head, listed }) => head.workflow === workflow && this.#visible(listed) === group)
      .map(({ head: { createdAt, id } }) => ({ id, place: `${String(createdAt).padStart(15, "0")}/${id}` }))
      .toSorted((a, b) => (a.place < b.place ? 1 : -1))
      .filter(({ place }) => cursor === undefined || place < cursor);
    const page = places.slice(0, limit);
    const last = places.length > limit ? page.at(-1) : undefined;
    return { ids: page.map(({ id }) => id), ...(last ? { cursor: last.place } : {}) };
  }

  /** Where the list index has an instance once it has caught up. */
  listedAs(id: string): ListGroup | undefined {
    return this.#stored.get(id)?.listed.at(-1)?.value;
  }

  #visible<Value>(entries: readonly Lagging<Value>[]): Value | undefined {
    return entries.findLast(({ visibleAt }) => visibleAt <= this.#now())?.value;
  }

  #put(before: InstanceHead | undefined, head: InstanceHead, group: ListGroup | undefined): InstanceHead {
    if (!fits(head)) {
      this.#onTooLarge(before, head);
      throw new PortError("too-large", `The item needs more than ${LARGEST_ITEM} bytes.`);
    }
    const after = wireCopy(head);
    const known = before && this.#stored.get(head.id);
    const isMoved = before?.indexedAt !== after.indexedAt;
    const isListed = group !== undefined && parseBranchId(head.id) === undefined;
    this.#stored.set(head.id, {
      head: after,
      due: this.#lag(known?.due, isMoved, after.indexedAt),
      listed: this.#lag(known?.listed, isListed, group ?? "active"),
    });
    this.#watch(before, after);
    return after;
  }

  #lag<Value>(known: readonly Lagging<Value>[] = [], isChanged: boolean, value: Value): readonly Lagging<Value>[] {
    return isChanged ? [...known.slice(-8), { visibleAt: this.#now() + this.#indexLag(), value }] : known;
  }
}

/** As DynamoDB, which counts the names and texts of an item: what is small enough at a glance is not counted. */
function fits({ results, state, ...rest }: InstanceHead): boolean {
  let bytes = 0;
  for (const [name, json] of state) bytes += name.length + json.length + 1;
  for (const result of results?.values() ?? []) {
    if (result.kind === "next")
      for (const [name, json] of Object.entries(result.set)) bytes += name.length + json.length;
  }
  return bytes < LARGEST_ITEM / 4 || bytes + JSON.stringify(rest).length <= LARGEST_ITEM;
}

/** What JSON keeps, frozen to its depths. */
function wireCopy({ results, state, ...rest }: InstanceHead): InstanceHead {
  const copy = { ...rest };
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === "object") Reflect.set(copy, name, frozen(value));
    else if (value === undefined) Reflect.deleteProperty(copy, name);
  }
  const stored: InstanceHead = { ...copy, state: new Map(state) };
  if (results === undefined) return Object.freeze(stored);
  const recorded = new Map(results);
  for (const value of results.values()) Object.freeze(value);
  return Object.freeze({ ...stored, results: recorded });
}

/** As through `JSON.parse(JSON.stringify(value))`; what is frozen came from here and needs no second copy. */
function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => frozen(item ?? null)));
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) if (inner !== undefined) copy[name] = frozen(inner);
  return Object.freeze(copy);
}

/** Maps cannot be frozen, so everybody gets their own. */
function shown(head: InstanceHead): InstanceHead {
  const { results, state } = head;
  return { ...head, state: new Map(state), ...(results === undefined ? {} : { results: new Map(results) }) };
}
