import {
  applyHeadUpdate,
  dueShard,
  type InstanceHead,
  type InstanceIndex,
  type InstanceStore,
  type ListPlace,
  meetsCondition,
  PortError,
} from "@stephooks/core";

/** Instances in memory, with their indexes and a look at what is stored that does not go through the port. */
export interface MemoryInstanceStore extends InstanceStore {
  readonly index: InstanceIndex;
  heads(): readonly InstanceHead[];
}

interface Stored {
  readonly head: InstanceHead;
  readonly place: ListPlace;
}

/** Heads are copied on every way in and out, as a wire would: nobody shares an object with the store. */
export function memoryInstanceStore(): MemoryInstanceStore {
  const stored = new Map<string, Stored>();
  const copyOf = (id: string): InstanceHead | undefined => {
    const found = stored.get(id);
    return found && copyHead(found.head);
  };
  return {
    index: memoryIndex(stored),
    heads: () => [...stored.values()].map(({ head }) => copyHead(head)),
    read: async (ids) => {
      const found = new Map<string, InstanceHead>();
      for (const id of ids) {
        const head = copyOf(id);
        if (head) found.set(id, head);
      }
      return found;
    },
    create: async (head) => {
      const current = copyOf(head.id);
      if (current) return { ok: false, current };
      const { createdAt, workflow } = head;
      stored.set(head.id, { head: copyHead(head), place: { workflow, group: "active", createdAt } });
      return { ok: true };
    },
    update: async (id, update, condition) => {
      const current = stored.get(id);
      if (!current || !meetsCondition(current.head, condition)) return { ok: false, current: copyOf(id) };
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
  return {
    ...copy,
    state: new Map(state),
    ...(results === undefined ? {} : { results: new Map(structuredClone([...results])) }),
  };
}
