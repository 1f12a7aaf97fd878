import type {
  DocumentStore,
  InstanceHistory,
  InstanceIndex,
  InstanceStore,
  JobQueue,
  KeyValueStore,
  WorkQueue,
} from "@stephooks/core";

/** One call that leaves the process. */
export type PortOperation =
  | "read"
  | "create"
  | "update"
  | "send"
  | "postpone"
  | "backlog"
  | "due"
  | "list"
  | "append"
  | "read-history"
  | "remove"
  | "read-documents"
  | "write-document"
  | "remove-document"
  | "list-documents"
  | "define-collection"
  | "get-value"
  | "set-value"
  | "add-value"
  | "remove-value"
  | "list-values"
  | "send-jobs"
  | "postpone-job"
  | "bury-job";

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

/** The history with every call handed to `intercept`. */
export function interceptedHistory(history: InstanceHistory, intercept: Interceptor): InstanceHistory {
  return {
    append: (instance, entries) => intercept("append", () => history.append(instance, entries)),
    read: (instance, after, limit) => intercept("read-history", () => history.read(instance, after, limit)),
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

/** The app's jobs with every call handed to `intercept`. */
export function interceptedJobs(queue: JobQueue, intercept: Interceptor): JobQueue {
  return {
    send: (jobs) => intercept("send-jobs", () => queue.send(jobs)),
    postpone: (receipt, seconds) => intercept("postpone-job", () => queue.postpone(receipt, seconds)),
    bury: (dead) => intercept("bury-job", () => queue.bury(dead)),
  };
}

/** The documents with every call handed to `intercept`, every page of a listing as one call. */
export function interceptedDocuments(store: DocumentStore, intercept: Interceptor): DocumentStore {
  return {
    newId: (collection) => intercept("read-documents", () => store.newId(collection)),
    read: (collection, ids) => intercept("read-documents", () => store.read(collection, ids)),
    definition: (collection) => intercept("read-documents", () => store.definition(collection)),
    write: (write) => intercept("write-document", () => store.write(write)),
    remove: (collection, id, expected) => intercept("remove-document", () => store.remove(collection, id, expected)),
    define: (collection, change) => intercept("define-collection", () => store.define(collection, change)),
    list: (listing) => interceptedPages("list-documents", store.list(listing), intercept),
  };
}

/** The values with every call handed to `intercept`, every page of a listing as one call. */
export function interceptedKeyValues(store: KeyValueStore, intercept: Interceptor): KeyValueStore {
  return {
    get: (place) => intercept("get-value", () => store.get(place)),
    set: (place, value, expiresAt) => intercept("set-value", () => store.set(place, value, expiresAt)),
    add: (place, amount, expiresAt) => intercept("add-value", () => store.add(place, amount, expiresAt)),
    remove: (place) => intercept("remove-value", () => store.remove(place)),
    list: (keyspace, prefix, reverse) =>
      interceptedPages("list-values", store.list(keyspace, prefix, reverse), intercept),
  };
}

async function* interceptedPages<Page>(
  operation: PortOperation,
  listing: AsyncIterable<Page>,
  intercept: Interceptor,
): AsyncGenerator<Page> {
  const pages = listing[Symbol.asyncIterator]();
  try {
    for (;;) {
      const page = await intercept(operation, () => pages.next());
      if (page.done === true) return;
      yield page.value;
    }
  } finally {
    await pages.return?.();
  }
}
