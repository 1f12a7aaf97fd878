import { isRecord, type Job } from "@stephooks/core";
import { startInstance, type StepFunction, type WorkflowOptions } from "@stephooks/engine";
import { currentRuntime } from "../host/current-runtime.ts";
import { type EnqueuedJob } from "../jobs/index.ts";
import { jobSlot } from "../jobs/job-sender.ts";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import { SYSTEM_COLLECTION, SYSTEM_RETENTION } from "./cron-workflow.ts";

/** Name of the workflow whose instances wait until a job is to be enqueued. */
export const RUN_AT_WORKFLOW = "_run-at";

/** One goto waits for a year at the most. */
const LONGEST_WAIT = 360 * 86_400_000;

/** What `runAt` and `run` answer. */
export interface ScheduledJob extends EnqueuedJob {
  /** When it is to be enqueued, ISO 8601. */
  readonly date: string;
  /** The topic. */
  readonly worker: string;
}

/** What an instance waits with. */
interface Waiting {
  readonly date: number;
  readonly topic: string;
  readonly payload: Job["payload"];
}

const waitStep: StepFunction = async (state, goto) => {
  const { date } = waitingOf(state);
  const left = date - currentRuntime().ports.clock.now();
  if (left > LONGEST_WAIT) return goto("wait", {}, { delay: LONGEST_WAIT });
  return goto("enqueue", {}, left > 0 ? { delay: left } : {});
};

/** Sends what it sent before, should it run again: the queue knows a job by its id. */
const enqueueStep: StepFunction = async (state, goto, _wait, { instanceId }) => {
  const { date, payload, topic } = waitingOf(state);
  const { ports, workers } = currentRuntime();
  const worker = workers.receiving(topic);
  if (ports.jobs === undefined) throw noQueue();
  const job: Job = { id: instanceId, item: instanceId, topic: worker.topic, payload, createdAt: date };
  await ports.jobs.send([{ job, slot: jobSlot(job, workers.slots(worker)) }]);
  return goto(null, {});
};

/** An error that lasts, such as a topic that a deployment lost, is tried for hours before it is given up. */
const retry = { maximumAttempts: 20, initialInterval: "2s", maximumInterval: "1h" } as const;

export const runAtSource: {
  readonly name: string;
  readonly description: string;
  readonly steps: Readonly<Record<string, StepFunction>>;
  readonly options: WorkflowOptions;
} = {
  name: RUN_AT_WORKFLOW,
  description: "Jobs that schedule.runAt keeps until their time",
  steps: { wait: waitStep, enqueue: enqueueStep },
  options: { collectionName: SYSTEM_COLLECTION, retention: SYSTEM_RETENTION, retry },
};

/**
 * Enqueues a job at a date: a Date, ISO 8601 text or epoch milliseconds; at once when it is past.
 *
 * @throws StephooksError `invalid-date`, and those of `enqueue`; StateError for a payload of more than about 350 KB.
 */
export async function runAt(given: unknown, payload: unknown, topic: unknown, runtime: Runtime): Promise<ScheduledJob> {
  const { definitions, jobs, ports, workers } = runtime;
  const date = timeOf(given);
  const worker = workers.receiving(topic);
  if (date <= ports.clock.now()) {
    const job = await jobs.enqueue(topic, payload);
    return { ...job, date: new Date(date).toISOString(), worker: job.topic };
  }
  if (ports.jobs === undefined) throw noQueue();
  const workflow = definitions.get(RUN_AT_WORKFLOW);
  if (workflow === undefined) throw new TypeError("the workflow of runAt is not defined");
  const kept = jsonOf(payload);
  const { head } = await startInstance({ workflow, state: { date, topic: worker.topic, payload: kept } }, ports);
  const created = new Date(head.createdAt).toISOString();
  const about = { _id: head.id, topic: worker.topic, jobId: head.id, payload: kept, _created: created };
  return { ...about, date: new Date(date).toISOString(), worker: worker.topic };
}

function timeOf(given: unknown): number {
  const isTime = given instanceof Date || typeof given === "string" || typeof given === "number";
  const time = isTime ? new Date(given).getTime() : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new StephooksError(
    "invalid-date",
    `runAt takes a Date, ISO 8601 text such as "2030-01-31T09:00:00Z" or epoch milliseconds, not ${String(given).slice(0, 100)}.`,
  );
}

function jsonOf(payload: unknown): Job["payload"] {
  try {
    const text: string | undefined = JSON.stringify(payload);
    if (text !== undefined) return JSON.parse(text);
  } catch (cause) {
    throw new StephooksError("invalid-payload", "The payload of a job must be what JSON holds.", {}, { cause });
  }
  throw new StephooksError("invalid-payload", "A job needs a payload that JSON holds: an object, a text, null …");
}

function waitingOf(state: object): Waiting {
  const { date, payload, topic }: Readonly<Record<string, unknown>> = isRecord(state) ? state : {};
  if (typeof date !== "number" || typeof topic !== "string") throw new TypeError("no instance of runAt");
  return { date, topic, payload: jsonOf(payload) };
}

function noQueue(): StephooksError {
  return new StephooksError(
    "no-job-queue",
    "The stack has no queue for jobs: it was deployed when the app had no worker. Renew the template and deploy again.",
  );
}
