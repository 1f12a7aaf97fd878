import type { InstanceIndex, InstanceStore, WorkQueue } from "@stephooks/core";

/** One call that leaves the process. */
export type PortOperation = "read" | "create" | "update" | "send" | "postpone" | "backlog" | "due" | "list" | "remove";

/** Decides what happens around a call: run it, fail before it, fail after it, never answer. */
export type Interceptor = <Result>(operation: PortOperation, perform: () => Promise<Result>) => Promise<Result>;

/** The store with every call handed to `intercept`. */
export function interceptedStore(store: InstanceStore, intercept: Interceptor): InstanceStore {
  return {
    read: (ids) => intercept("read", () => store.read(ids)),
    create: (head) => intercept("create", () => store.create(head)),
    update: (id, update, condition) => intercept("update", () => store.update(id, update, condition)),
  };
}

/** The indexes with every call handed to `intercept`. */
export function interceptedIndex(index: InstanceIndex, intercept: Interceptor): InstanceIndex {
  return {
    due: (shard, from, until) => intercept("due", () => index.due(shard, from, until)),
    list: (query) => intercept("list", () => index.list(query)),
  };
}

/** The queue with every call handed to `intercept`. Receiving is the broker's act and is not a call of ours. */
export function interceptedQueue(queue: WorkQueue, intercept: Interceptor): WorkQueue {
  return {
    send: (messages) => intercept("send", () => queue.send(messages)),
    postpone: (receipt, seconds) => intercept("postpone", () => queue.postpone(receipt, seconds)),
    backlog: () => intercept("backlog", () => queue.backlog()),
  };
}
