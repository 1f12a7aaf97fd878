import {
  type DrivenClock,
  drivenClock,
  interceptedDocuments,
  interceptedJobs,
  interceptedKeyValues,
  type Interceptor,
  type MemoryDocumentStore,
  memoryDocumentStore,
  memoryInstanceStore,
  type MemoryJobQueue,
  memoryJobQueue,
  memoryKeyValueStore,
  memoryQueue,
  seededRandom,
} from "@stephooks/contracts";
import {
  type AppPorts,
  type DeadJob,
  encodeJob,
  type Job,
  jobLane,
  type KeyValueStore,
  type Logger,
  parseDeadJob,
  type ReceivedMessage,
} from "@stephooks/core";
import { createHost, type Host, type LambdaHandler } from "../../src/host/index.ts";
import { failedIds } from "../support/app-world.ts";
import { httpEvent, sqsEvent } from "../support/lambda-events.ts";

export const jobQueueArn = "arn:aws:sqs:eu-central-1:123456789012:jobs.fifo";
export const VISIBILITY = 90;

/** One line of the log. */
export interface Logged {
  readonly level: string;
  readonly event: string;
  readonly [fact: string]: unknown;
}

/** A queue of jobs and what it needs, in memory; hosts are processes that come and go. */
export interface JobWorld {
  readonly clock: DrivenClock;
  readonly queue: MemoryJobQueue;
  readonly documents: MemoryDocumentStore;
  readonly values: KeyValueStore;
  readonly logged: readonly Logged[];
  host(handler: LambdaHandler, options?: { readonly intercept?: Interceptor; readonly jobs?: boolean }): Host;
  /** One batch, as the event source mapping hands it over and deletes it. Answers what came and what comes back. */
  deliver(host: Host, context?: unknown): Promise<{ batch: readonly ReceivedMessage[]; failed: readonly string[] }>;
  /** Delivers until the queue is empty, or for so many batches; time passes where all are hidden. */
  drain(host: Host, batches?: number): Promise<void>;
  dead(): readonly (DeadJob | undefined)[];
}

const straight: Interceptor = (_operation, perform) => perform();

export function jobWorld(): JobWorld {
  const clock = drivenClock();
  const queue = memoryJobQueue({ clock, visibilityTimeout: VISIBILITY });
  const documents = memoryDocumentStore({ clock, random: seededRandom(2) });
  const values = memoryKeyValueStore({ clock });
  const store = memoryInstanceStore();
  const steps = memoryQueue({ clock, visibilityTimeout: VISIBILITY });
  const random = seededRandom(1);
  const logged: Logged[] = [];
  const logger: Logger = { log: (level, event, facts) => void logged.push({ ...facts, level, event }) };
  const world: JobWorld = {
    clock,
    queue,
    documents,
    values,
    logged,
    host: (handler, { intercept = straight, jobs = true } = {}) => {
      const ports: AppPorts = {
        instances: store,
        index: store.index,
        history: store.history,
        queue: steps,
        documents: interceptedDocuments(documents, intercept),
        keyValues: interceptedKeyValues(values, intercept),
        jobs: jobs ? interceptedJobs(queue, intercept) : undefined,
        clock,
        random,
        logger,
      };
      return createHost(handler, ports, {
        engine: { functionTimeout: 60, visibilityTimeout: VISIBILITY },
        http: { access: { mode: "open" }, space: "dev" },
        deadLetterArn: "arn:aws:sqs:eu-central-1:123456789012:steps-dead",
        jobQueueArn,
      });
    },
    deliver: async (host, context) => {
      const batch = await queue.receive(10, 0);
      if (batch.length === 0) return { batch, failed: [] };
      const failed = failedIds(await host.handle(sqsEvent(batch, jobQueueArn), context));
      await queue.remove(batch.filter(({ id }) => !failed.includes(id)).map(({ receipt }) => receipt));
      return { batch, failed };
    },
    drain: async (host, batches = 200) => {
      for (let count = 0; queue.messages().length > 0; count++) {
        if (count >= batches)
          throw new Error(`${batches} batches, and the queue holds ${queue.messages().length} jobs`);
        const { batch } = await world.deliver(host);
        if (batch.length > 0) continue;
        const hidden = queue.messages().flatMap(({ visibleAt }) => (visibleAt > clock.now() ? [visibleAt] : []));
        clock.advance(Math.min(...hidden) - clock.now());
      }
    },
    dead: () => queue.dead().map((body) => parseDeadJob(body)),
  };
  return world;
}

/** A job as a process that has since ended enqueued it. */
export function enqueued(world: JobWorld, job: Partial<Job> & { readonly topic: string }, slot = 0): Job {
  const id = job.id ?? `job${world.queue.messages().length + 1}`;
  const whole: Job = { id, item: id, payload: null, createdAt: world.clock.now(), ...job };
  world.queue.inject(encodeJob(whole), jobLane(whole.topic, slot));
  return whole;
}

/** A route that calls this function with the request's body: for what only works inside an invocation. */
export const ask = (host: Host, path: string, body?: unknown): Promise<unknown> =>
  host.handle(httpEvent({ method: "POST", path, body }));

/** A promise that a test settles, and knows when somebody waits for it. */
export const gate = (): PromiseWithResolvers<void> => Promise.withResolvers<void>();

/** Lets everything run that can run without the clock. */
export async function idle(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
