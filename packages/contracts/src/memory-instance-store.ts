import { applyHeadUpdate, type InstanceHead, type InstanceStore, meetsCondition } from "@stephooks/core";

/** Instances in memory, with a look at what is stored that does not go through the port. */
export interface MemoryInstanceStore extends InstanceStore {
  heads(): readonly InstanceHead[];
}

/** Heads are copied on every way in and out, as a wire would: nobody shares an object with the store. */
export function memoryInstanceStore(): MemoryInstanceStore {
  const stored = new Map<string, InstanceHead>();
  const copyOf = (id: string): InstanceHead | undefined => {
    const head = stored.get(id);
    return head && copyHead(head);
  };
  return {
    heads: () => [...stored.values()].map(copyHead),
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
      stored.set(head.id, copyHead(head));
      return { ok: true };
    },
    update: async (id, update, condition) => {
      const current = copyOf(id);
      if (!current || !meetsCondition(current, condition)) return { ok: false, current };
      stored.set(id, copyHead(applyHeadUpdate(current, update)));
      return { ok: true };
    },
  };
}

/** A deep copy that keeps what JSON keeps. */
function copyHead(head: InstanceHead): InstanceHead {
  const rest: InstanceHead = JSON.parse(JSON.stringify({ ...head, state: [] }));
  return { ...rest, state: new Map(head.state) };
}
