import { createHash } from "node:crypto";
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
import { TokenIssuer } from "./token-issuer.ts";

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
  readonly access: HostSettings["http"]["access"];
  /** Issues the tokens of callers; undefined where everybody is let in and no token is looked at. */
  readonly issuer: TokenIssuer | undefined;
  /** What a process of the app sees of it. */
  ports(intercept?: Interceptor): AppPorts;
}

export interface CloudOptions {
  /** Epoch milliseconds. */
  readonly start: number;
  /** The longest timeout of a step or worker of the app, milliseconds. */
  readonly longest: number;
  /** With it the access rules are those of a deployed app. */
  readonly apiKey: string | undefined;
}

export function memoryCloud({ apiKey, longest, start }: CloudOptions): MemoryCloud {
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
    ...guarded(apiKey, clock),
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

function guarded(apiKey: string | undefined, clock: DrivenClock): Pick<MemoryCloud, "access" | "issuer"> {
  if (apiKey === undefined) return { access: { mode: "open" }, issuer: undefined };
  const issuer = new TokenIssuer(clock);
  const apiKeySha256 = createHash("sha256").update(apiKey).digest("hex");
  return { access: { mode: "keys", apiKeySha256, jwt: { fetchKeys: () => issuer.keys() } }, issuer };
}
