import {
  type DrivenClock,
  drivenClock,
  type MemoryInstanceStore,
  type MemoryJobQueue,
  memoryDocumentStore,
  memoryInstanceStore,
  memoryJobQueue,
  memoryKeyValueStore,
  type MemoryQueue,
  memoryQueue,
  seededRandom,
} from "@stephooks/contracts";
import { decodeState, type InstanceHead, type JobQueue, tickBody, type WorkQueue } from "@stephooks/core";
import { createHost, type Host, type LambdaHandler } from "../../src/host/index.ts";
import { failedIds } from "../support/app-world.ts";
import { sqsEvent } from "../support/lambda-events.ts";

export const START = Date.UTC(2026, 0, 5, 9);
export const MINUTE = 60_000;
const VISIBILITY = 90;
const stepsArn = "arn:aws:sqs:eu-central-1:123456789012:steps";

/** What a schedule does, a table, the step queue and the job queue, in memory. */
export interface CronWorld {
  readonly clock: DrivenClock;
  readonly store: MemoryInstanceStore;
  readonly queue: MemoryQueue;
  readonly jobs: MemoryJobQueue;
  readonly host: Host;
  /** Events of the log. */
  readonly logged: readonly string[];
  /** A schedule's message for the time, now unless given. */
  tick(job: string, at?: number): void;
  /** One batch; the ids that come back. */
  deliver(): Promise<readonly string[]>;
  /** Delivers until nothing can be received now. */
  settle(): Promise<void>;
  /** Moves the clock, stopping for every message that becomes due. */
  pass(milliseconds: number): Promise<void>;
  /** The runs there are, with their state. */
  runs(): readonly (Pick<InstanceHead, "id" | "status"> & { readonly state: Readonly<Record<string, unknown>> })[];
}

export interface CronWorldOptions {
  readonly send?: (real: WorkQueue["send"]) => WorkQueue["send"];
  readonly sendJobs?: (real: JobQueue["send"]) => JobQueue["send"];
  readonly withoutJobs?: boolean;
}

export function cronWorld(handler: LambdaHandler, options: CronWorldOptions = {}): CronWorld {
  const clock = drivenClock(START);
  const store = memoryInstanceStore(clock);
  const queue = memoryQueue({ clock, visibilityTimeout: VISIBILITY });
  const jobs = memoryJobQueue({ clock, visibilityTimeout: VISIBILITY });
  const logged: string[] = [];
  const ports = {
    instances: store,
    index: store.index,
    history: store.history,
    queue: { ...queue, send: options.send?.(queue.send) ?? queue.send },
    documents: memoryDocumentStore({ clock, random: seededRandom(2) }),
    keyValues: memoryKeyValueStore({ clock }),
    jobs: options.withoutJobs ? undefined : { ...jobs, send: options.sendJobs?.(jobs.send) ?? jobs.send },
    clock,
    random: seededRandom(1),
    logger: { log: (_level: string, event: string) => void logged.push(event) },
  };
  const host = createHost(handler, ports, {
    engine: { functionTimeout: 60, visibilityTimeout: VISIBILITY },
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn: "arn:aws:sqs:eu-central-1:123456789012:steps-dead",
  });
  const world: CronWorld = {
    clock,
    store,
    queue,
    jobs,
    host,
    logged,
    tick: (job, at = clock.now()) => queue.inject(tickBody(job, new Date(at).toISOString())),
    deliver: async () => {
      const batch = await queue.receive(10, 0);
      if (batch.length === 0) return [];
      const failed = failedIds(await host.handle(sqsEvent(batch, stepsArn)));
      await queue.remove(batch.filter(({ id }) => !failed.includes(id)).map(({ receipt }) => receipt));
      return failed;
    },
    settle: async () => {
      while (queue.messages().some(({ visibleAt }) => visibleAt <= clock.now())) await world.deliver();
    },
    pass: async (milliseconds) => {
      const end = clock.now() + milliseconds;
      for (;;) {
        await world.settle();
        const next = Math.min(...queue.messages().map(({ visibleAt }) => visibleAt));
        if (next > end) break;
        clock.advance(next - clock.now());
      }
      clock.advance(end - clock.now());
    },
    runs: () => store.heads().map(({ id, state, status }) => ({ id, status, state: decodeState(state) })),
  };
  return world;
}
