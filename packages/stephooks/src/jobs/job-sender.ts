import {
  type AppPorts,
  type Job,
  jobKey,
  type JobQueue,
  type JsonValue,
  type OutgoingJob,
  PortError,
} from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import type { WorkerDefinition } from "./worker-definition.ts";
import type { WorkerList } from "./worker-list.ts";

/** What `enqueue` answers. */
export interface EnqueuedJob {
  readonly _id: string;
  readonly topic: string;
  readonly jobId: string;
  /** As the worker will get it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the user's own data, which nobody has typed
  readonly payload: any;
  /** ISO 8601. */
  readonly _created: string;
}

/** What `enqueueFromQuery` answers. */
export interface EnqueuedJobs {
  readonly count: number;
  readonly jobId: string;
  /** The same as `jobId`: codehooks' documentation and its types disagree about the name. */
  readonly JobId: string;
}

/** One of many jobs that are enqueued together. */
export interface JobItem {
  /** Tells it from the others. */
  readonly id: string;
  readonly payload: unknown;
}

/** Jobs that are handed to the queue at a time. */
const AT_ONCE = 100;

/** Puts jobs into the app's queue. Every method rejects with coded errors. */
export class JobSender {
  readonly #ports: Pick<AppPorts, "clock" | "jobs" | "logger">;
  readonly #workers: WorkerList;
  readonly #newId: () => string;

  constructor(ports: Pick<AppPorts, "clock" | "jobs" | "logger">, workers: WorkerList, newId: () => string) {
    this.#ports = ports;
    this.#workers = workers;
    this.#newId = newId;
  }

  /**
   * What {@link enqueue} would take: the payload as JSON keeps it.
   *
   * @throws StephooksError `unknown-topic`, `topic-has-source`, `invalid-payload`, `no-job-queue`.
   */
  accept(topic: unknown, given: unknown): { readonly topic: string; readonly payload: JsonValue } {
    const worker = this.#workers.receiving(topic);
    const payload = jobPayload(given);
    this.#queue();
    return { topic: worker.topic, payload };
  }

  /**
   * Enqueues one job, under an id of its own or the given one, which the queue takes once in five minutes.
   *
   * @throws StephooksError `unknown-topic`, `topic-has-source`, `invalid-payload`, `payload-too-large`, `no-job-queue`.
   */
  async enqueue(topic: unknown, given: unknown, id: string = this.#newId()): Promise<EnqueuedJob> {
    const worker = this.#workers.receiving(topic);
    const payload = jobPayload(given);
    const job: Job = { id, item: id, topic: worker.topic, payload, createdAt: this.#ports.clock.now() };
    await this.#send([job], worker);
    return { _id: id, topic: worker.topic, jobId: id, payload, _created: new Date(job.createdAt).toISOString() };
  }

  /** One job for each item, as they come: as {@link enqueue}. What was enqueued before a failure stays enqueued. */
  async enqueueAll(topic: unknown, items: AsyncIterable<JobItem>): Promise<EnqueuedJobs> {
    const worker = this.#workers.receiving(topic);
    const id = this.#newId();
    const createdAt = this.#ports.clock.now();
    let jobs: Job[] = [];
    let count = 0;
    const flush = async (): Promise<void> => {
      if (jobs.length > 0) await this.#send(jobs, worker);
      count += jobs.length;
      jobs = [];
    };
    for await (const item of items) {
      jobs.push({ id, item: item.id, topic: worker.topic, payload: jobPayload(item.payload), createdAt });
      if (jobs.length === AT_ONCE) await flush();
    }
    await flush();
    return { count, jobId: id, JobId: id };
  }

  async #send(jobs: readonly Job[], worker: WorkerDefinition): Promise<void> {
    const queue = this.#queue();
    const slots = this.#workers.slots(worker);
    const outgoing = jobs.map((job): OutgoingJob => ({ job, slot: jobSlot(job, slots) }));
    try {
      await queue.send(outgoing).catch(async (error: unknown) => {
        if (!(error instanceof PortError && error.mayHaveApplied)) throw error;
        this.#ports.logger.log("warn", "jobs are sent again", { topic: worker.topic, reason: error.message });
        // The queue knows those that it has by their keys.
        await queue.send(outgoing);
      });
    } catch (error) {
      throw error instanceof PortError && error.code === "too-large" ? tooLarge(worker.topic, error) : error;
    }
  }

  #queue(): JobQueue {
    const { jobs } = this.#ports;
    if (jobs) return jobs;
    throw new StephooksError(
      "no-job-queue",
      "The stack has no queue for jobs: it was deployed when the app had no worker. Renew the template and deploy again.",
    );
  }
}

/** Which of the topic's slots a job waits in: the same at every sending, all slots alike over many jobs. */
function jobSlot(job: Job, slots: number): number {
  return Number.parseInt(jobKey(job).slice(0, 12), 16) % slots;
}

/** The payload as JSON keeps it: dates as ISO text, no `undefined`. @throws StephooksError `invalid-payload`. */
function jobPayload(given: unknown): JsonValue {
  let text: string | undefined;
  try {
    text = JSON.stringify(given, refuseCode);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StephooksError("invalid-payload", `The payload of a job cannot be stored: ${reason}.`, {}, { cause });
  }
  if (text !== undefined) return JSON.parse(text);
  throw new StephooksError("invalid-payload", "A job needs a payload that JSON holds: an object, a text, null …");
}

/** JSON would leave them out without a word. */
function refuseCode(key: string, value: unknown): unknown {
  if (typeof value !== "function" && typeof value !== "symbol") return value;
  throw new TypeError(`${key === "" ? "it" : `"${key.slice(0, 100)}"`} is a ${typeof value}`);
}

function tooLarge(topic: string, cause: PortError): StephooksError {
  return new StephooksError(
    "payload-too-large",
    "The payload of a job is at most about 1 MB as JSON. Store it as a document or file and enqueue its id.",
    { topic },
    { cause },
  );
}
