import {
  defaultRetryPolicy,
  isRecord,
  parseDuration,
  RETRY_RULE,
  retryPolicy,
  type RetryPolicy,
} from "@stephooks/core";
import { assertFunctions, type RouteHandler } from "../http/index.ts";
import { StephooksError } from "../stephooks-error.ts";

/** A registered worker: checked, with every default but that of the environment filled in. */
export interface WorkerDefinition {
  readonly topic: string;
  /** In the order they run, each after the one before has called `next`. */
  readonly functions: readonly RouteHandler[];
  /** Jobs at the same time; undefined for what the environment says. */
  readonly workers: number | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly retry: RetryPolicy;
  /** Queue that is read instead of the app's own. */
  readonly sourceArn: string | undefined;
}

/** As of a step of a workflow, milliseconds. */
const DEFAULT_TIMEOUT = 50_000;

/** Lambda ends a function after 15 minutes; 10 s of them are needed around the job. */
const MAX_TIMEOUT = 890_000;

const MAX_WORKERS = 1_000;
const MAX_TOPIC_BYTES = 256;
const QUEUE_ARN = /^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]{1,80}(?:\.fifo)?$/;

/**
 * Reads what `app.worker` was given after the topic: functions, then perhaps options.
 *
 * @throws StephooksError `invalid-worker`, `invalid-handler`.
 */
export function defineWorker(topic: unknown, args: readonly unknown[]): WorkerDefinition {
  assertTopic(topic);
  const last = args.at(-1);
  const hasOptions = args.length > 1 && typeof last !== "function";
  const functions = hasOptions ? args.slice(0, -1) : args;
  assertFunctions(`app.worker("${topic}")`, functions);
  const options = optionsOf(topic, hasOptions ? last : undefined);
  const retry = retryPolicy(recordOf(topic, "retry", options["retry"]), defaultRetryPolicy);
  if (retry === undefined) throw invalid(topic, `option retry ${RETRY_RULE}`);
  return {
    topic,
    functions,
    workers: workersOf(topic, options["workers"]),
    timeout: timeoutOf(topic, options["timeout"] ?? DEFAULT_TIMEOUT),
    retry,
    sourceArn: sourceOf(topic, options["source"]),
  };
}

/** Jobs at the same time where a worker does not say. @throws StephooksError `invalid-worker`. */
export function defaultWorkers(environment: Readonly<Record<string, string | undefined>>): number {
  const { QUEUE_WORKERS: text } = environment;
  if (text === undefined || text === "") return 1;
  const workers = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new StephooksError(
    "invalid-worker",
    `The environment variable QUEUE_WORKERS is not a whole number from 1 to ${MAX_WORKERS}. Correct it and restart.`,
  );
}

function assertTopic(topic: unknown): asserts topic is string {
  if (typeof topic === "string" && topic !== "" && topic.isWellFormed()) {
    if (Buffer.byteLength(topic) <= MAX_TOPIC_BYTES) return;
  }
  throw new StephooksError(
    "invalid-worker",
    `app.worker needs a topic of 1 to ${MAX_TOPIC_BYTES} bytes, such as app.worker("mail", fn).`,
  );
}

function optionsOf(topic: string, given: unknown): Readonly<Record<string, unknown>> {
  return recordOf(topic, "options", given) ?? {};
}

function recordOf(topic: string, name: string, given: unknown): Readonly<Record<string, unknown>> | undefined {
  if (given === undefined || given === null) return undefined;
  if (isRecord(given)) return given;
  throw invalid(topic, `${name} is an object`);
}

function workersOf(topic: string, given: unknown): number | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === "number" && Number.isInteger(given) && given >= 1 && given <= MAX_WORKERS) return given;
  throw invalid(topic, `option workers is a whole number from 1 to ${MAX_WORKERS}`);
}

function timeoutOf(topic: string, given: unknown): number {
  const timeout = parseDuration(given);
  if (timeout !== undefined && timeout > 0 && timeout <= MAX_TIMEOUT) return timeout;
  throw invalid(
    topic,
    `option timeout is a duration above 0, at most ${MAX_TIMEOUT} ms (Lambda's 15 minutes less 10 s); longer work is a workflow`,
  );
}

function sourceOf(topic: string, given: unknown): string | undefined {
  const source = recordOf(topic, "option source", given);
  if (source === undefined) return undefined;
  const { queueArn } = source;
  if (typeof queueArn === "string" && QUEUE_ARN.test(queueArn)) return queueArn;
  throw invalid(topic, 'option source is { queueArn: "arn:aws:sqs:<region>:<account>:<name>" }');
}

function invalid(topic: string, rule: string): StephooksError {
  return new StephooksError("invalid-worker", `Of worker "${topic}", ${rule}.`, { topic });
}
