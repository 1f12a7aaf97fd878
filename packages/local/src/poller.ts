import { setTimeout as timer } from "node:timers/promises";
import type { Logger, QueueSource, ReceivedMessage } from "@stephooks/core";
import { batchFailures } from "./batch-failures.ts";
import { sqsEvent } from "./sqs-event.ts";

/** Stands in for Lambda and its event source mapping on one queue. */
export interface PollerOptions {
  readonly source: QueueSource;
  readonly queueArn: string;
  /** Messages per invocation. */
  readonly batchSize: number;
  /** Invocations at the same time. */
  readonly concurrency: number;
  /** Seconds an invocation may take; then its batch stays in the queue. */
  readonly functionTimeout: number;
  readonly invoke: (event: object, context: object) => Promise<unknown>;
  readonly logger: Logger;
  /** Told about every batch before it is handed over; what it returns is called when the batch is done with. */
  readonly onBatch?: (batch: readonly ReceivedMessage[]) => () => void;
  /** Ends the poller; running invocations finish. */
  readonly signal: AbortSignal;
}

/** Longest wait of one receive, seconds: SQS's maximum. */
const LONG_POLL = 20;

/** Pause after a receive that failed, so that a broker that is down is not hammered. Milliseconds. */
const FAILURE_PAUSE = 200;

/** Polls until the signal. Never rejects: a failure of broker or handler leaves messages in the queue. */
export async function poll(options: PollerOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.concurrency }, () => pollLine(options)));
}

async function pollLine(options: PollerOptions): Promise<void> {
  const { logger, signal, source } = options;
  while (!signal.aborted) {
    try {
      const batch = await source.receive(options.batchSize, LONG_POLL);
      if (batch.length > 0) await invokeOnce(batch, options);
    } catch (error) {
      logger.log("warn", "poll failed", { queue: options.queueArn, reason: String(error) });
      await pause(FAILURE_PAUSE, signal);
    }
  }
}

async function invokeOnce(batch: readonly ReceivedMessage[], options: PollerOptions): Promise<void> {
  const over = options.onBatch?.(batch);
  try {
    const failed = await invocation(batch, options);
    const done = batch.filter((message) => !failed.has(message.id)).map((message) => message.receipt);
    if (done.length > 0) await options.source.remove(done);
  } finally {
    over?.();
  }
}

async function invocation(batch: readonly ReceivedMessage[], options: PollerOptions): Promise<ReadonlySet<string>> {
  const deadline = Date.now() + options.functionTimeout * 1_000;
  const context = { getRemainingTimeInMillis: () => deadline - Date.now(), functionName: "worker" };
  const over = new AbortController();
  const timeout = timeLimit(options.functionTimeout, over.signal);
  try {
    const answer = options.invoke(sqsEvent(batch, options.queueArn), context);
    return batchFailures(await Promise.race([answer, timeout]), batch);
  } catch (error) {
    options.logger.log("error", "invocation failed", { queue: options.queueArn, reason: String(error) });
    return new Set(batch.map((message) => message.id));
  } finally {
    over.abort();
  }
}

/** Rejects when the invocation takes too long. */
async function timeLimit(seconds: number, over: AbortSignal): Promise<void> {
  await pause(seconds * 1_000, over);
  if (!over.aborted) throw new Error(`the invocation took longer than ${seconds} s`);
}

/** Over after this time, or with the signal. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await timer(milliseconds, undefined, { signal }).catch(() => {});
}
