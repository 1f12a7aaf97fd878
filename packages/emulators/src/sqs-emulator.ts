import { rmSync } from "node:fs";
import type { FauxqsServer } from "fauxqs";
import { EmulatorError } from "./emulator-error.ts";
import type { Emulator } from "./emulator.ts";
import { keepReleasedMessages } from "./keep-released-messages.ts";
import { listenOnLoopback } from "./listen-on-loopback.ts";
import { releaseUndelivered } from "./release-undelivered.ts";

/** What a queue holds at a moment. */
export interface QueueView {
  /** Messages a receive would hand out now, those of a FIFO group that is locked left out. */
  readonly ready: number;
  /** Receipts of the messages that are in flight. */
  readonly receipts: readonly string[];
  /** When the first message that is delayed or in flight shows, epoch milliseconds; undefined when there is none. */
  readonly nextAt: number | undefined;
}

export interface SqsEmulator extends Emulator {
  /** Looks without touching: no receive counts, nothing is hidden. Undefined when there is no such queue. */
  look(queueName: string): QueueView | undefined;
}

export interface SqsEmulatorOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Directory that keeps queues and messages; created when missing. Without it they live in memory. */
  readonly dataDir?: string;
  /** Begins with an empty directory. */
  readonly fresh?: boolean;
  /** S3 buckets that are there from the start; a present one keeps what it holds. */
  readonly buckets?: readonly string[];
}

/**
 * Starts an emulator of SQS and S3 inside this process that listens on loopback only.
 *
 * Its queue URLs carry a host name that does not resolve: clients need the endpoint and `useQueueUrlAsEndpoint: false`.
 * It accepts some requests that SQS refuses, for example a delay above 900 s.
 *
 * @throws EmulatorError `did-not-start`
 */
export async function startSqsEmulator(options: SqsEmulatorOptions = {}): Promise<SqsEmulator> {
  if (options.fresh === true && options.dataDir !== undefined) {
    rmSync(options.dataDir, { recursive: true, force: true });
  }
  try {
    // Loaded here: it takes longer than all else, and other emulators may come up meanwhile.
    const { startFauxqs } = await import("fauxqs");
    const server = await listenOnLoopback(
      () =>
        startFauxqs({
          port: options.port ?? 0,
          logger: false,
          // An IP address here would make the queue URLs invalid: fauxqs puts "sqs.<region>." in front of it.
          host: "localhost",
          ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
        }),
      releaseUndelivered,
    );
    if (options.dataDir !== undefined) keepReleasedMessages(options.dataDir);
    for (const bucket of options.buckets ?? []) server.createBucket(bucket);
    let stopping: Promise<void> | undefined;
    return {
      endpoint: `http://127.0.0.1:${server.port}`,
      stop: () => (stopping ??= server.stop()),
      look: (queueName) => {
        const queue = server.inspectQueue(queueName);
        return queue && viewOf(queue.messages);
      },
    };
  } catch (cause) {
    if (cause instanceof EmulatorError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmulatorError(
      "did-not-start",
      `The SQS emulator did not start: ${reason}. Choose another port or data directory.`,
      { port: options.port, dataDir: options.dataDir },
      { cause },
    );
  }
}

type QueueMessages = NonNullable<ReturnType<FauxqsServer["inspectQueue"]>>["messages"];

function viewOf({ delayed, inflight, ready }: QueueMessages): QueueView {
  const times = [
    ...delayed.map(({ delayUntil }) => delayUntil ?? 0),
    ...inflight.map(({ visibilityDeadline }) => visibilityDeadline),
  ];
  const locked = new Set(inflight.flatMap(({ message }) => message.messageGroupId ?? []));
  return {
    ready: ready.filter(({ messageGroupId }) => messageGroupId === undefined || !locked.has(messageGroupId)).length,
    receipts: inflight.map(({ receiptHandle }) => receiptHandle),
    nextAt: times.length === 0 ? undefined : Math.min(...times),
  };
}
