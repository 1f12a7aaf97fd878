import type { MemoryQueue } from "@stephooks/contracts";
import {
  type CronManifest,
  parseDuration,
  parseTick,
  parseWorkMessage,
  type QueueSource,
  type ReceivedMessage,
} from "@stephooks/core";
import { nextSweep } from "@stephooks/engine/background";
import {
  deadLetterArn,
  httpEvent,
  jobQueueArn,
  type RequestOptions,
  sqsEvent,
  stepQueueArn,
  sweepEvent,
} from "./lambda-events.ts";
import type { MemoryCloud } from "./memory-cloud.ts";
import { Schedules } from "./schedules.ts";
import { failedMessages, testResponse, type TestResponse } from "./test-response.ts";
import { testJobs } from "./test-job.ts";
import { TestkitError } from "./testkit-error.ts";

/** The answer of an invocation whose process died. */
export const DIED: unique symbol = Symbol("died");

/** One process of the app after the other. */
export interface Processes {
  /** What the app answers to a Lambda event, or {@link DIED}. */
  invoke(event: object): Promise<unknown>;
  /** Deletes what a batch has done with. */
  remove(queue: QueueSource, receipts: readonly string[]): Promise<void>;
}

/** A message of the step queue or of its dead letters. */
export interface TestMessage {
  /** The instance it wakes; undefined for a body that is none of ours. */
  readonly instance: string | undefined;
  readonly kind: string;
  /** When it can be received (again), epoch milliseconds. */
  readonly dueAt: number;
  readonly receiveCount: number;
  /** True in the dead-letter queue. */
  readonly dead: boolean;
}

/** Invocations without the clock moving after which a run is called endless. */
const MAX_INVOCATIONS = 10_000;

/** Visibility timeouts after one death after which a run is called stuck. */
const MAX_ROUNDS = 100;

/** How often a patient client sends a request that is answered with 503. One that is cut off it sends again. */
const MAX_TRIES = 5;

const MINUTE = 60_000;

/** Plays what is around an app: clients, the event source mappings, the schedule of the sweeper, time. */
export class Driver {
  readonly #cloud: MemoryCloud;
  readonly #processes: Processes;
  readonly #isPatient: boolean;
  readonly #schedules: Schedules;
  #swept: number;

  /** `isPatient`: settling waits for messages that a death has hidden, requests are repeated. */
  constructor(
    cloud: MemoryCloud,
    processes: Processes,
    crons: readonly CronManifest[] | undefined,
    isPatient: boolean,
  ) {
    this.#cloud = cloud;
    this.#processes = processes;
    this.#isPatient = isPatient;
    this.#schedules = new Schedules(crons ?? [], cloud.clock.now());
    this.#swept = Math.floor(cloud.clock.now() / MINUTE) * MINUTE;
  }

  async request(method: string, path: string, options: RequestOptions = {}): Promise<TestResponse> {
    const sent = await this.#withToken(options);
    for (let tries = 1; ; tries++) {
      const result = await this.#processes.invoke(httpEvent(method, path, sent, this.#cloud.clock.now()));
      if (result === DIED) continue;
      const response = testResponse(result);
      if (!this.#isPatient || response.status !== 503 || tries >= MAX_TRIES) return response;
    }
  }

  async #withToken({ claims, ...options }: RequestOptions): Promise<RequestOptions> {
    if (claims === undefined) return options;
    const { issuer } = this.#cloud;
    if (issuer === undefined) {
      throw new TestkitError("no-issuer", "An open app looks at no token. Give apiKey, and its deployed rules hold.");
    }
    return { ...options, headers: { ...options.headers, authorization: `Bearer ${await issuer.token(claims)}` } };
  }

  async settle(): Promise<void> {
    for (let rounds = 0; ; rounds++) {
      await this.#deliverAll();
      const hidden = this.#isPatient ? Math.min(...this.#hidden()) : Infinity;
      if (hidden === Infinity) return;
      if (rounds >= MAX_ROUNDS) throw this.#endless(`${MAX_ROUNDS} visibility timeouts have passed`);
      await this.#pass(hidden);
    }
  }

  async advance(duration: unknown): Promise<void> {
    const milliseconds = parseDuration(duration);
    if (milliseconds === undefined) {
      throw new TestkitError("invalid-duration", `advance takes a duration such as "30d", not ${String(duration)}.`);
    }
    const end = this.#cloud.clock.now() + milliseconds;
    await this.settle();
    await this.#pass(end);
    await this.settle();
  }

  /** One batch of a queue that the app reads and did not make. Answers the ids of what comes back. */
  async deliverSource(arn: string, batch: readonly ReceivedMessage[]): Promise<readonly string[]> {
    for (;;) {
      const result = await this.#processes.invoke(sqsEvent(batch, arn));
      if (result !== DIED) return failedMessages(result);
    }
  }

  messages(): readonly TestMessage[] {
    const { deadLetters, queue } = this.#cloud;
    return [...shown(queue, false), ...shown(deadLetters, true)];
  }

  /** Moves the clock to `end`, stopping for every message that becomes due, every tick of a job and every pass of the sweeper. */
  async #pass(end: number): Promise<void> {
    const { clock, store } = this.#cloud;
    for (;;) {
      const sweepAt = nextSweep(
        store.heads().flatMap(({ indexedAt }) => indexedAt ?? []),
        this.#swept,
      );
      const next = Math.min(
        sweepAt,
        this.#schedules.next(),
        ...this.messages().map(({ dueAt }) => dueAt),
        ...this.#hiddenJobs(),
      );
      if (next > end) break;
      clock.advance(Math.max(0, next - clock.now()));
      for (const body of this.#schedules.take(clock.now())) this.#cloud.queue.inject(body);
      if (next === sweepAt) await this.#sweep(sweepAt);
      await this.#deliverAll();
    }
    clock.advance(Math.max(0, end - clock.now()));
  }

  async #sweep(minute: number): Promise<void> {
    this.#swept = minute;
    await this.#processes.invoke(sweepEvent(minute)).catch((error: unknown) => {
      // As on AWS: the next pass comes in a minute.
      if (!this.#isPatient) throw error;
    });
  }

  /** Delivers until nothing can be received at this moment. */
  async #deliverAll(): Promise<void> {
    const { deadLetters, jobs, queue } = this.#cloud;
    for (let invocations = 0; ; invocations++) {
      const delivered = [
        await this.#deliver(queue, stepQueueArn),
        await this.#deliver(jobs, jobQueueArn),
        await this.#deliver(deadLetters, deadLetterArn),
      ];
      if (!delivered.includes(true)) return;
      if (invocations >= MAX_INVOCATIONS) throw this.#endless(`${MAX_INVOCATIONS} batches were delivered`);
    }
  }

  #endless(since: string): TestkitError {
    const [next] = this.messages();
    const instance = next?.instance;
    const [job] = testJobs(this.#cloud.jobs);
    const suspect = instance === undefined && job ? `a job of topic ${job.topic}` : `instance ${String(instance)}`;
    return new TestkitError(
      "never-settles",
      `${since} and the queue is not empty. Does ${suspect} go round in circles?`,
      {
        instance: String(instance),
      },
    );
  }

  async #deliver(queue: QueueSource, arn: string): Promise<boolean> {
    const batch = await queue.receive(10, 0);
    if (batch.length === 0) return false;
    const result = await this.#processes.invoke(sqsEvent(batch, arn));
    if (result === DIED) return true;
    const failed = failedMessages(result);
    const done = batch.filter(({ id }) => !failed.includes(id)).map(({ receipt }) => receipt);
    if (done.length > 0) await this.#processes.remove(queue, done);
    return true;
  }

  /** When messages that were received and not deleted come back. */
  #hidden(): readonly number[] {
    const messages = this.messages().flatMap(({ dead, dueAt, receiveCount }) =>
      receiveCount > 0 && !dead ? [dueAt] : [],
    );
    return [...messages, ...this.#hiddenJobs()];
  }

  /** The same of jobs. Those that a hidden one holds back come after it. */
  #hiddenJobs(): readonly number[] {
    const { clock, jobs } = this.#cloud;
    return jobs.messages().flatMap(({ visibleAt }) => (visibleAt > clock.now() ? [visibleAt] : []));
  }
}

function shown(queue: MemoryQueue, dead: boolean): readonly TestMessage[] {
  return queue.messages().map(({ body, receiveCount, visibleAt }) => {
    const parsed = parseWorkMessage(body);
    return {
      instance: parsed.ok ? parsed.message.instance : undefined,
      kind: parsed.ok ? parsed.message.kind : parseTick(body) ? "tick" : "unreadable",
      dueAt: visibleAt,
      receiveCount,
      dead,
    };
  });
}
