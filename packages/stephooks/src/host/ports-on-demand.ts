import { AsyncLocalStorage } from "node:async_hooks";
import { type ApiKeyStore, type AppPorts, type JobQueue, PortError } from "@stephooks/core";

/** Ports with a service behind them, whose client takes time to load. `jobs` only where a queue for them is. */
export interface ServicePorts extends Pick<
  AppPorts,
  "documents" | "history" | "index" | "instances" | "jobs" | "keyValues" | "queue"
> {
  readonly apiKeys: Pick<ApiKeyStore, "find">;
}

/**
 * The same ports, loaded with the first call of any of them: an app that answers without its table starts without the
 * table's client. Loading that fails is tried again with the next call.
 */
export function portsOnDemand(load: () => Promise<ServicePorts>): ServicePorts {
  // What is loaded serves every invocation: it must not be part of the one that happens to need it first.
  const outside = AsyncLocalStorage.snapshot();
  let loaded: ServicePorts | undefined;
  let loading: Promise<ServicePorts> | undefined;
  const ready = (): Promise<ServicePorts> =>
    (loading ??= outside(load).then(
      (ports) => (loaded = ports),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    ));
  const call = <Result>(act: (ports: ServicePorts) => Promise<Result>): Promise<Result> =>
    loaded === undefined ? ready().then(act) : act(loaded);
  async function* pages<Page>(list: (ports: ServicePorts) => AsyncIterable<Page>): AsyncGenerator<Page> {
    yield* list(loaded ?? (await ready()));
  }
  return {
    instances: {
      read: (ids) => call(({ instances }) => instances.read(ids)),
      create: (head) => call(({ instances }) => instances.create(head)),
      update: (id, update, condition) => call(({ instances }) => instances.update(id, update, condition)),
    },
    index: {
      due: (shard, from, until) => call(({ index }) => index.due(shard, from, until)),
      list: (query) => call(({ index }) => index.list(query)),
    },
    history: {
      append: (instance, entries) => call(({ history }) => history.append(instance, entries)),
      read: (instance, after, limit) => call(({ history }) => history.read(instance, after, limit)),
    },
    queue: {
      send: (messages) => call(({ queue }) => queue.send(messages)),
      postpone: (receipt, seconds) => call(({ queue }) => queue.postpone(receipt, seconds)),
      backlog: () => call(({ queue }) => queue.backlog()),
    },
    jobs: {
      send: (jobs) => call(async (ports) => jobsOf(ports).send(jobs)),
      postpone: (receipt, seconds) => call(async (ports) => jobsOf(ports).postpone(receipt, seconds)),
      bury: (dead) => call(async (ports) => jobsOf(ports).bury(dead)),
    },
    documents: {
      newId: (collection) => call(({ documents }) => documents.newId(collection)),
      read: (collection, ids) => call(({ documents }) => documents.read(collection, ids)),
      write: (write) => call(({ documents }) => documents.write(write)),
      remove: (collection, id, expected) => call(({ documents }) => documents.remove(collection, id, expected)),
      list: (listing) => pages(({ documents }) => documents.list(listing)),
      definition: (collection) => call(({ documents }) => documents.definition(collection)),
      define: (collection, change) => call(({ documents }) => documents.define(collection, change)),
    },
    keyValues: {
      get: (place) => call(({ keyValues }) => keyValues.get(place)),
      set: (place, value, expiresAt) => call(({ keyValues }) => keyValues.set(place, value, expiresAt)),
      add: (place, amount, expiresAt) => call(({ keyValues }) => keyValues.add(place, amount, expiresAt)),
      remove: (place) => call(({ keyValues }) => keyValues.remove(place)),
      list: (keyspace, prefix, reverse) => pages(({ keyValues }) => keyValues.list(keyspace, prefix, reverse)),
    },
    apiKeys: { find: (sha256) => call(({ apiKeys }) => apiKeys.find(sha256)) },
  };
}

function jobsOf({ jobs }: ServicePorts): JobQueue {
  if (jobs !== undefined) return jobs;
  throw new PortError("missing-resource", "This stack has no queue for jobs. Deploy the template of this build.");
}
