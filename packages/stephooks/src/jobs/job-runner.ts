import {
  type AppPorts,
  defaultRetryPolicy,
  isNewerJob,
  type Job,
  jobKey,
  jobLane,
  parseDeadJob,
  parseJob,
  PortError,
  type ReceivedMessage,
} from "@stephooks/core";
import type { Render } from "../http/index.ts";
import { countsFirst, type FailureRecord, failureRecord, pauseAfter, stackOf } from "./attempts.ts";
import { runJob, type JobOutcome } from "./run-job.ts";
import { type Fate, type LineWork, workLines } from "./work-lines.ts";
import type { WorkerDefinition } from "./worker-definition.ts";
import type { WorkerList } from "./worker-list.ts";

export interface JobRunnerOptions {
  readonly ports: AppPorts;
  readonly workers: WorkerList;
  readonly render: Render;
}

/** Processes batches of the app's job queue. */
export interface JobRunner {
  /**
   * Handles one batch and answers the ids of the messages that must come back; the rest may be deleted. Never
   * rejects: one message cannot harm its neighbours. Returns at the latest `remaining` milliseconds from now.
   */
  work(batch: readonly ReceivedMessage[], remaining: number): Promise<readonly string[]>;
}

/** Where attempts are counted, and for how long: a day longer than the queue keeps a message. */
const KEYSPACE = "_stephooks_jobs";
const KEPT = 15 * 86_400_000;

/** Pause after a call that failed before or after a job, seconds. */
const TRY_AGAIN = 5;

const done: Fate = { kind: "done" };

/**
 * Attempts are counted here and not taken from the receive count, which rises for jobs behind a failing one, too. The
 * first receive needs no count: it is attempt 1, and is counted when it has failed. Later ones are counted before they
 * begin, so that a job that ends its process is given up after its attempts.
 */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { ports } = options;
  const putBack = async ({ id, receipt }: ReceivedMessage, seconds: number): Promise<void> => {
    try {
      await ports.jobs?.postpone(receipt, seconds);
    } catch (error) {
      ports.logger.log("warn", "job comes back later than it should", { message: id, reason: String(error) });
    }
  };
  const act: LineWork["act"] = async (message, limit) => {
    try {
      return await workOne(message, limit, options);
    } catch (error) {
      ports.logger.log("error", "job kept after a failure", { message: message.id, reason: String(error) });
      return { kind: "back", seconds: TRY_AGAIN };
    }
  };
  return {
    work: (batch, remaining) =>
      workLines(batch, remaining, {
        lineOf: ({ group = "" }) => group,
        suspects: (messages) => suspectsAmong(messages, ports),
        act,
        putBack,
        clock: ports.clock,
      }),
  };
}

/** Jobs of which an attempt is counted: it threw, or nobody knows how it ended. Others were only put back. */
async function suspectsAmong(batch: readonly ReceivedMessage[], ports: AppPorts): Promise<ReadonlySet<string>> {
  const looks = batch.map(async (message) => {
    const parsed = parseJob(message.body);
    if (message.receiveCount === 1 || !parsed.ok) return [];
    const counted = await ports.keyValues.get({ keyspace: KEYSPACE, key: counterOf(parsed.job, message) });
    return counted === undefined ? [] : [message.id];
  });
  const found = await Promise.allSettled(looks);
  // Where the table cannot be read nothing can be counted, so nothing that was received before will begin.
  return new Set(found.flatMap((look) => (look.status === "fulfilled" ? look.value : [])));
}

async function workOne(
  message: ReceivedMessage,
  limitOf: (timeout: number) => number,
  options: JobRunnerOptions,
): Promise<Fate> {
  const { ports, workers } = options;
  const parsed = parseJob(message.body);
  if (!parsed.ok || !isInOwnLane(parsed.job, message)) return strange(message, parsed, ports);
  const { job } = parsed;
  const worker = workers.ofTopic(job.topic);
  const limit = worker ? limitOf(worker.timeout) : Infinity;
  if (limit <= 0) return { kind: "back", seconds: 0 };
  const counter = counterOf(job, message);
  const begun = message.receiveCount === 1 ? 1 : await countStart(counter, ports);
  const work: Attempt = { job, message, counter, worker };
  const { maximumAttempts } = policyOf(work);
  if (begun > maximumAttempts) return bury(work, { ...unrecorded, attempts: maximumAttempts }, ports);
  const outcome = worker ? await runAttempt(job, worker, limit, options) : unknownTopic(job, workers);
  return outcome.ok ? done : afterFailure(outcome.error, begun, work, ports);
}

interface Attempt {
  readonly job: Job;
  readonly message: ReceivedMessage;
  readonly counter: string;
  readonly worker: WorkerDefinition | undefined;
}

/** Why a job is given up that has no attempt left when it comes. */
const unrecorded: FailureRecord = {
  code: "attempts-used-up",
  reason:
    "All its attempts had begun. How the last one ended is not known: the process ended with it, or could not say.",
};

function policyOf({ worker }: Attempt): WorkerDefinition["retry"] {
  return worker?.retry ?? defaultRetryPolicy;
}

/** What waits in a lane is of the lane's topic; somebody else put there what is not. */
function isInOwnLane({ topic }: Job, { group }: ReceivedMessage): boolean {
  return group === undefined || laneTopic(group) === laneTopic(jobLane(topic, 0));
}

function laneTopic(lane: string): string | undefined {
  return /^([0-9a-f]{40})\.\d+$/.exec(lane)?.[1];
}

/** A message that this version cannot run stays in the queue, which moves it to the dead letters at last. */
function strange(message: ReceivedMessage, parsed: ReturnType<typeof parseJob>, { logger }: AppPorts): Fate {
  const reason = parsed.ok ? "the job is in the lane of another topic" : parsed.reason;
  logger.log("error", "unreadable job kept", { message: message.id, reason });
  // A job of a newer deployment has its place in the order. It waits, and so do those behind it.
  if (isNewerJob(message.body)) return { kind: "back", seconds: undefined };
  // While it is hidden its lane stands still, so it is shown again at once where others wait behind it.
  const isInLane = message.group === undefined || laneTopic(message.group) !== undefined;
  return { kind: "aside", seconds: isInLane ? 0 : undefined };
}

/** A dead job that was moved back into the queue has its attempts again. */
function counterOf(job: Job, { body }: ReceivedMessage): string {
  const before = parseDeadJob(body);
  return before === undefined ? jobKey(job) : `${jobKey(job)}.${before.diedAt}`;
}

/** Counts an attempt that begins. Where nobody knows whether it was counted, as if it was. */
async function countStart(counter: string, ports: AppPorts): Promise<number> {
  try {
    return await count(counter, ports);
  } catch (error) {
    if (!(error instanceof PortError && error.mayHaveApplied)) throw error;
    const stored = (await ports.keyValues.get({ keyspace: KEYSPACE, key: counter }))?.value;
    return typeof stored === "number" ? Math.max(1, stored) : 1;
  }
}

async function count(counter: string, { clock, keyValues }: AppPorts, attempts = 1): Promise<number> {
  const added = await keyValues.add({ keyspace: KEYSPACE, key: counter }, attempts, clock.now() + KEPT);
  // Only this file writes there, and numbers only.
  return added.ok ? added.value : 1;
}

function runAttempt(
  job: Job,
  worker: WorkerDefinition,
  timeout: number,
  { ports, render }: JobRunnerOptions,
): Promise<JobOutcome> {
  const { createdAt, id, item, payload, topic } = job;
  return runJob({
    body: { _id: item, topic, payload, jobId: id, _created: new Date(createdAt).toISOString() },
    functions: worker.functions,
    timeout,
    clock: ports.clock,
    render,
    afterwards: (event, error) => logFailure(event, job, error, {}, ports),
  });
}

/** After a deployment without its worker: the next one may have it again. */
function unknownTopic(job: Job, workers: WorkerList): JobOutcome {
  return { ok: false, error: workers.unknown(job.topic) };
}

async function afterFailure(error: unknown, begun: number, work: Attempt, ports: AppPorts): Promise<Fate> {
  const policy = policyOf(work);
  const counted =
    work.message.receiveCount === 1 && countsFirst(error, policy) ? await countFailed(work.counter, ports) : begun;
  const attempt = Math.max(begun, counted);
  const seconds = pauseAfter({ error, attempt }, policy, (ports.random.bytes(1)[0] ?? 0) / 255);
  logFailure("job failed", work.job, error, { attempt, ...(seconds === undefined ? {} : { retryIn: seconds }) }, ports);
  if (seconds !== undefined) return { kind: "back", seconds };
  return bury(work, { ...failureRecord(error), attempts: attempt }, ports);
}

/** A failed attempt that cannot be counted is one more attempt at the most. */
async function countFailed(counter: string, ports: AppPorts, attempts = 1): Promise<number> {
  try {
    return await count(counter, ports, attempts);
  } catch (error) {
    ports.logger.log("warn", "attempt was not counted", { reason: String(error) });
    return 1;
  }
}

async function bury(
  work: Attempt,
  { attempts, code, reason }: FailureRecord & { readonly attempts: number },
  ports: AppPorts,
): Promise<Fate> {
  const { counter, job } = work;
  const dead = { job, attempts, code, reason, diedAt: ports.clock.now() };
  try {
    if (ports.jobs === undefined) throw new TypeError("the host gave the app no job queue");
    await ports.jobs.bury(dead);
    ports.logger.log("error", "job given up", {
      topic: job.topic,
      job: job.id,
      item: job.item,
      attempts,
      code,
      reason,
    });
    return done;
  } catch (error) {
    ports.logger.log("error", "dead job kept: it cannot be buried", { job: job.id, reason: String(error) });
    // It must not run again for that.
    await countFailed(counter, ports, policyOf(work).maximumAttempts);
    return { kind: "back", seconds: TRY_AGAIN };
  }
}

function logFailure(event: string, job: Job, error: unknown, facts: object, { logger }: AppPorts): void {
  const { id, item, topic } = job;
  logger.log("error", event, { topic, job: id, item, ...failureRecord(error), ...facts, stack: stackOf(error) });
}
