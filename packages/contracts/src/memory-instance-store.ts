import {
  applyHeadUpdate,
  assertFanOut,
  assertStorableUpdate,
  type BranchResult,
  type Clock,
  dueShard,
  type HistoryEntry,
  type InstanceHead,
  type InstanceHistory,
  type InstanceIndex,
  type InstanceStore,
  listGroupOf,
  type ListPlace,
  isExpired,
  meetsCondition,
  parseBranchId,
  PortError,
  systemClock,
} from "@stephooks/core";

/** Instances in memory, with their indexes and a look at what is stored that does not go through the port. */
export interface MemoryInstanceStore extends InstanceStore {
  readonly index: InstanceIndex;
  readonly history: InstanceHistory;
  heads(): readonly InstanceHead[];
  /** The entries of an instance that are stored beside its head, oldest first. */
  leftHistory(id: string): readonly HistoryEntry[];
}

/** As the port promises. */
const MAX_IDS = 100;
const MAX_PAGE = 100;

interface Stored {
  readonly head: InstanceHead;
  readonly place: ListPlace;
}

/** Heads are copied on every way in and out, as a wire would: nobody shares an object with the store. */
export function memoryInstanceStore(clock: Clock = systemClock): MemoryInstanceStore {
  const stored = new Map<string, Stored>();
  const left = new Map<string, Map<number, HistoryEntry>>();
  const leftOf = (id: string): readonly HistoryEntry[] =>
    [...(left.get(id)?.values() ?? [])].map((entry) => ({ ...entry })).toSorted((a, b) => a.seq - b.seq);
  const copyOf = (id: string): InstanceHead | undefined => {
    const found = stored.get(id);
    return found && !isExpired(found.head, clock.now()) ? copyHead(found.head) : undefined;
  };
  return {
    index: memoryIndex(stored),
    history: {
      append: async (id, entries) => {
        const known = left.get(id) ?? new Map<number, HistoryEntry>();
        for (const entry of entries) known.set(entry.seq, { ...entry });
        left.set(id, known);
      },
      read: async (id, after, limit) =>
        leftOf(id)
          .filter(({ seq }) => seq > after)
          .slice(0, limit),
    },
    heads: () => [...stored.values()].map(({ head }) => copyHead(head)),
    leftHistory: leftOf,
    read: async (ids) => {
      const asked = new Set(ids).size;
      if (asked > MAX_IDS) throw new PortError("invalid", `${asked} instances are more than ${MAX_IDS} at once.`);
      const found = new Map<string, InstanceHead>();
      for (const id of ids) {
        const head = copyOf(id);
        if (head) found.set(id, head);
      }
      return found;
    },
    create: async (head) => {
      const current = copyOf(head.id);
      const isLeftOver = parseBranchId(head.id) !== undefined && current?.startId !== head.startId;
      if (current && !isLeftOver) return { ok: false, current };
      const { createdAt, status, workflow } = head;
      stored.set(head.id, { head: copyHead(head), place: { workflow, group: listGroupOf(status), createdAt } });
      return { ok: true };
    },
    update: async (id, update, condition) => {
      assertStorableUpdate(update);
      const current = stored.get(id);
      if (!current || !meetsCondition(current.head, condition)) {
        return { ok: false, current: current && copyHead(current.head) };
      }
      assertFanOut(current.head, update);
      const head = copyHead(applyHeadUpdate(current.head, update));
      stored.set(id, { head, place: update.listed ?? current.place });
      return update.result ? { ok: true, stored: copyHead(head) } : { ok: true };
    },
  };
}

function memoryIndex(stored: ReadonlyMap<string, Stored>): InstanceIndex {
  return {
    due: async (shard, from, until) =>
      [...stored.values()]
        .flatMap(({ head: { id, indexedAt } }) => (indexedAt === undefined ? [] : [{ id, at: indexedAt }]))
        .filter(({ at, id }) => dueShard(id) === shard && at >= from && at < until)
        .toSorted((a, b) => a.at - b.at)
        .slice(0, 1_000),
    list: async ({ cursor, group, limit, workflow }) => {
      if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE)) {
        throw new PortError("invalid", `A page of ${limit} instances is refused: ask for 1 to ${MAX_PAGE}.`);
      }
      if (cursor !== undefined && !/^\d{15}#./.test(cursor)) throw new PortError("invalid", "The cursor is malformed.");
      const positions = [...stored.values()]
        .filter(({ head, place }) => !head.id.includes("/") && place.workflow === workflow && place.group === group)
        .map(positionOf)
        .filter((position) => cursor === undefined || position < cursor)
        .toSorted()
        .toReversed();
      const page = positions.slice(0, limit);
      const ids = page.map((position) => position.slice(position.indexOf("#") + 1));
      const last = page.at(-1);
      return positions.length > limit && last !== undefined ? { ids, cursor: last } : { ids };
    },
  };
}

/** Text order is list order, also for a cursor whose instance has left the group. */
function positionOf({ head, place }: Stored): string {
  return `${String(place.createdAt).padStart(15, "0")}#${head.id}`;
}

/** A deep copy that keeps what JSON keeps. */
function copyHead(head: InstanceHead): InstanceHead {
  const { results, state, ...rest } = head;
  const copy: Omit<InstanceHead, "results" | "state"> = JSON.parse(JSON.stringify(rest));
  if (results === undefined) return { ...copy, state: new Map(state) };
  const recorded: readonly (readonly [number, BranchResult])[] = JSON.parse(JSON.stringify([...results]));
  return { ...copy, state: new Map(state), results: new Map(recorded) };
}
