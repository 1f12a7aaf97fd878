import {
  type DrivenClock,
  drivenClock,
  interceptedDocuments,
  interceptedHistory,
  interceptedIndex,
  interceptedJobs,
  interceptedKeyValues,
  interceptedQueue,
  interceptedStore,
  type Interceptor,
  type MemoryDocumentStore,
  memoryDocumentStore,
  type MemoryInstanceStore,
  memoryInstanceStore,
  type MemoryJobQueue,
  memoryJobQueue,
  memoryKeyValueStore,
  type MemoryQueue,
  memoryQueue,
  seededRandom,
} from "@stephooks/contracts";
import { type AppPorts, silentLogger } from "@stephooks/core";
import type { HostSettings } from "stephooks/host";

/** Receives before a message becomes a dead letter: what the template deploys. */
const MAX_RECEIVE_COUNT = 10;

/** Seconds around the longest step, as the template reckons them. */
const AROUND_A_STEP = 10;
const VISIBILITY_MARGIN = 30;

/** The table, the queues and the clock: what outlives every process of an app. */
export interface MemoryCloud {
  readonly clock: DrivenClock;
  readonly store: MemoryInstanceStore;
  readonly documents: MemoryDocumentStore;
  readonly queue: MemoryQueue;
  readonly deadLetters: MemoryQueue;
  readonly jobs: MemoryJobQueue;
  readonly timings: HostSettings["engine"];
  /** What a process of the app sees of it. */
  ports(intercept?: Interceptor): AppPorts;
}

/** `longest`: the longest timeout of a step or worker of the app, milliseconds. */
export function memoryCloud(start: number, longest: number): MemoryCloud {
  const functionTimeout = Math.ceil(longest / 1_000) + AROUND_A_STEP;
  const visibilityTimeout = functionTimeout + VISIBILITY_MARGIN;
  const clock = drivenClock(start);
  const store = memoryInstanceStore(clock);
  const deadLetters = memoryQueue({ clock, visibilityTimeout });
  const queue = memoryQueue({ clock, visibilityTimeout, maxReceiveCount: MAX_RECEIVE_COUNT, deadLetters });
  const jobs = memoryJobQueue({ clock, visibilityTimeout });
  const random = seededRandom(1);
  const documents = memoryDocumentStore({ clock, random: seededRandom(2) });
  const keyValues = memoryKeyValueStore({ clock });
  return {
    clock,
    store,
    documents,
    queue,
    deadLetters,
    jobs,
    timings: { functionTimeout, visibilityTimeout },
    ports: (intercept = (_operation, perform) => perform()) => ({
      instances: interceptedStore(store, intercept),
      documents: interceptedDocuments(documents, intercept),
      keyValues: interceptedKeyValues(keyValues, intercept),
      index: interceptedIndex(store.index, intercept),
      history: interceptedHistory(store.history, intercept),
      queue: interceptedQueue(queue, intercept),
      jobs: interceptedJobs(jobs, intercept),
      clock,
      random,
      logger: silentLogger,
    }),
  };
}
