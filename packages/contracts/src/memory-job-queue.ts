import {
  type Clock,
  encodeDeadJob,
  encodeJob,
  jobKey,
  jobLane,
  type JobQueue,
  MAX_JOB_BYTES,
  PortError,
  type QueueSource,
  type ReceivedMessage,
} from "@stephooks/core";

/** SQS's limits: messages of one receive, and how long a FIFO queue remembers what was sent. Milliseconds. */
const MAX_BATCH = 10;
const DEDUPLICATION = 300_000;

export interface MemoryJobQueueOptions {
  readonly clock: Clock;
  /** Seconds a received job stays hidden. */
  readonly visibilityTimeout: number;
}

/** One message as the queue holds it. */
export interface HeldJob {
  readonly id: string;
  readonly group: string;
  readonly body: string;
  readonly receiveCount: number;
  /** When it can be received (again), epoch milliseconds. */
  readonly visibleAt: number;
}

/** A FIFO queue in memory, as SQS documents it. Receiving never waits. */
export interface MemoryJobQueue extends JobQueue, QueueSource {
  messages(): readonly HeldJob[];
  /** Bodies of the dead-letter queue, oldest first. */
  dead(): readonly string[];
  /** Puts a raw body in, as a stranger with permission to send could. */
  inject(body: string, group: string): void;
}

export function memoryJobQueue({ clock, visibilityTimeout }: MemoryJobQueueOptions): MemoryJobQueue {
  let held: readonly HeldJob[] = [];
  const dead: string[] = [];
  const sentAt = new Map<string, number>();
  let sent = 0;
  const put = (body: string, group: string): void => {
    sent += 1;
    held = [...held, { id: `j${sent}`, group, body, receiveCount: 0, visibleAt: clock.now() }];
  };
  const isHidden = (message: HeldJob): boolean => message.visibleAt > clock.now();
  return {
    messages: () => held,
    dead: () => dead,
    inject: put,
    send: async (jobs) => {
      for (const { job } of jobs) assertSize(encodeJob(job));
      for (const { job, slot } of jobs) {
        const key = jobKey(job);
        const before = sentAt.get(key);
        if (before !== undefined && clock.now() - before < DEDUPLICATION) continue;
        sentAt.set(key, clock.now());
        put(encodeJob(job), jobLane(job.topic, slot));
      }
    },
    receive: async (maximum) => {
      if (!(Number.isInteger(maximum) && maximum >= 1 && maximum <= MAX_BATCH)) {
        throw new PortError("invalid", `A receive of ${maximum} messages is refused: ask for 1 to ${MAX_BATCH}.`);
      }
      // A group of which one message is out hands out no other.
      const blocked = new Set(held.filter(isHidden).map(({ group }) => group));
      const batch = held.filter(({ group }) => !blocked.has(group)).slice(0, maximum);
      const visibleAt = clock.now() + visibilityTimeout * 1_000;
      held = held.map((message) =>
        batch.includes(message) ? { ...message, receiveCount: message.receiveCount + 1, visibleAt } : message,
      );
      return batch.map((message) => toReceived({ ...message, receiveCount: message.receiveCount + 1 }));
    },
    postpone: async (receipt, seconds) => {
      held = held.map((message) =>
        receiptOf(message) === receipt && isHidden(message)
          ? { ...message, visibleAt: clock.now() + seconds * 1_000 }
          : message,
      );
    },
    remove: async (receipts) => {
      // A FIFO queue takes no receipt whose visibility timeout is over.
      held = held.filter((message) => !(receipts.includes(receiptOf(message)) && isHidden(message)));
    },
    bury: async (job) => void dead.push(encodeDeadJob(job)),
  };
}

function receiptOf(message: HeldJob): string {
  return `${message.id}/${message.receiveCount}`;
}

function toReceived(message: HeldJob): ReceivedMessage {
  const { body, group, id, receiveCount } = message;
  return { id, body, receipt: receiptOf(message), receiveCount, group };
}

function assertSize(body: string): void {
  const bytes = Buffer.byteLength(body);
  if (bytes <= MAX_JOB_BYTES) return;
  throw new PortError(
    "too-large",
    `A job of ${bytes} bytes is refused: at most ${MAX_JOB_BYTES}. Enqueue a reference.`,
  );
}
