import { isRecord } from "@stephooks/core";
import { startInstance, type StepFunction, type WorkflowOptions } from "@stephooks/engine";
import { currentRuntime } from "../host/current-runtime.ts";
import type { EnqueuedJob } from "../jobs/index.ts";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import { SYSTEM_COLLECTION, SYSTEM_RETENTION } from "./cron-workflow.ts";

/** Name of the workflow whose instances wait until a job is to be enqueued. */
const RUN_AT_WORKFLOW = "_run-at";

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
  readonly payload: unknown;
}

const waitStep: StepFunction = async (state, goto) => {
  const { date } = waitingOf(state);
  const left = date - currentRuntime().ports.clock.now();
  if (left > LONGEST_WAIT) return goto("wait", {}, { delay: LONGEST_WAIT });
  return goto("enqueue", {}, left > 0 ? { delay: left } : {});
};

/** Sends what it sent before, should it run again: the queue knows a job by its id. */
const enqueueStep: StepFunction = async (state, goto, _wait, { instanceId }) => {
  const { payload, topic } = waitingOf(state);
  await currentRuntime().jobs.enqueue(topic, payload, instanceId);
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
  const { definitions, jobs, ports } = runtime;
  const date = timeOf(given);
  if (date <= ports.clock.now()) {
    const job = await jobs.enqueue(topic, payload);
    return { ...job, date: new Date(date).toISOString(), worker: job.topic };
  }
  const accepted = jobs.accept(topic, payload);
  const workflow = definitions.get(RUN_AT_WORKFLOW);
  if (workflow === undefined) throw new TypeError("the workflow of runAt is not defined");
  const { head } = await startInstance({ workflow, state: { date, ...accepted } }, ports);
  const about = { _id: head.id, jobId: head.id, _created: new Date(head.createdAt).toISOString(), ...accepted };
  return { ...about, date: new Date(date).toISOString(), worker: accepted.topic };
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

function waitingOf(state: object): Waiting {
  const { date, payload, topic }: Readonly<Record<string, unknown>> = isRecord(state) ? state : {};
  if (typeof date !== "number" || typeof topic !== "string") throw new TypeError("no instance of runAt");
  return { date, topic, payload };
}
