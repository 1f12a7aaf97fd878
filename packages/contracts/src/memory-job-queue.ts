import {
  assertJobSize,
  type Clock,
  deathKey,
  encodeDeadJob,
  encodeJob,
  jobKey,
  jobLane,
  type JobQueue,
  type QueueSource,
  type ReceivedMessage,
} from "@stephooks/core";
import { assertBatch, assertVisibility } from "./queue-limits.ts";

/** How long a FIFO queue remembers what was sent, milliseconds. */
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

/** A FIFO queue in memory, as SQS documents it. Receiving never waits, and nothing is moved to the dead letters by itself. */
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
  const recent = recentKeys(clock);
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
      for (const { job } of jobs) assertJobSize(encodeJob(job));
      for (const { job, slot } of jobs) {
        const lane = jobLane(job.topic, slot);
        // The template has SQS compare within a group.
        if (recent.add(`${lane}/${jobKey(job)}`)) put(encodeJob(job), lane);
      }
    },
    receive: async (maximum) => {
      assertBatch(maximum);
      // A group of which one message is out hands out no other.
      const locked = new Set(held.filter(isHidden).map(({ group }) => group));
      const batch = held.filter(({ group }) => !locked.has(group)).slice(0, maximum);
      const visibleAt = clock.now() + visibilityTimeout * 1_000;
      const received = new Map(
        batch.map((message) => [message, { ...message, receiveCount: message.receiveCount + 1, visibleAt }]),
      );
      held = held.map((message) => received.get(message) ?? message);
      return [...received.values()].map(toReceived);
    },
    postpone: async (receipt, seconds) => {
      assertVisibility(seconds);
      const visibleAt = clock.now() + seconds * 1_000;
      held = held.map((message) =>
        receiptOf(message) === receipt && isHidden(message) ? { ...message, visibleAt } : message,
      );
    },
    remove: async (receipts) => {
      const over = new Set(receipts);
      // A FIFO queue takes no receipt whose visibility timeout is over.
      held = held.filter((message) => !(over.has(receiptOf(message)) && isHidden(message)));
    },
    bury: async (job) => {
      assertJobSize(encodeJob(job.job));
      if (recent.add(`dead/${deathKey(job)}`)) dead.push(encodeDeadJob(job));
    },
  };
}

/** What was sent within the last five minutes. */
function recentKeys(clock: Clock): { add(key: string): boolean } {
  const sentAt = new Map<string, number>();
  return {
    add: (key) => {
      // Oldest first: a key is put in again only after it was forgotten.
      for (const [old, time] of sentAt) {
        if (clock.now() - time < DEDUPLICATION) break;
        sentAt.delete(old);
      }
      if (sentAt.has(key)) return false;
      sentAt.set(key, clock.now());
      return true;
    },
  };
}

/** Only the newest receive's receipt works. */
function receiptOf(message: HeldJob): string {
  return `${message.id}/${message.receiveCount}`;
}

function toReceived(message: HeldJob): ReceivedMessage {
  const { body, group, id, receiveCount } = message;
  return { id, body, receipt: receiptOf(message), receiveCount, group };
}
