import {
  type Clock,
  encodeWorkMessage,
  MAX_DELAY_SECONDS,
  type QueueSource,
  type ReceivedMessage,
  type WorkQueue,
} from "@stephooks/core";
import { assertBatch, assertSeconds, assertVisibility } from "./queue-limits.ts";

export interface MemoryQueueOptions {
  readonly clock: Clock;
  /** Seconds a received message stays hidden. */
  readonly visibilityTimeout: number;
  /** Receives before a message moves to `deadLetters`; without a dead-letter queue it stays. */
  readonly maxReceiveCount?: number;
  readonly deadLetters?: MemoryQueue;
}

/** One message as the queue holds it. */
export interface HeldMessage {
  readonly id: string;
  readonly body: string;
  readonly receiveCount: number;
  /** When it can be received (again), epoch milliseconds. */
  readonly visibleAt: number;
}

/** A standard queue in memory: at least once, visibility timeout, dead letters. Receiving never waits. */
export interface MemoryQueue extends WorkQueue, QueueSource {
  messages(): readonly HeldMessage[];
  /**
   * Puts a raw body in, as a stranger with permission to send could. A queue that moves a dead letter says how often it
   * has been received: SQS counts the receives of all queues together.
   */
  inject(body: string, receiveCount?: number): void;
  /** The broker's clock runs ahead: every message that is hidden because it was received shows again now. */
  expireVisibility(): void;
}

export function memoryQueue(options: MemoryQueueOptions): MemoryQueue {
  const { clock } = options;
  let held: readonly HeldMessage[] = [];
  let sent = 0;
  const put = (body: string, delaySeconds: number, receiveCount = 0): void => {
    sent += 1;
    held = [...held, { id: `m${sent}`, body, receiveCount, visibleAt: clock.now() + delaySeconds * 1_000 }];
  };
  const replace = (message: HeldMessage): void => {
    held = held.map((other) => (other.id === message.id ? message : other));
  };
  return {
    messages: () => held,
    inject: (body, receiveCount) => put(body, 0, receiveCount),
    expireVisibility: () => {
      held = held.map((message) => (message.receiveCount > 0 ? { ...message, visibleAt: clock.now() } : message));
    },
    send: async (messages) => {
      for (const { delaySeconds } of messages) assertSeconds("delay", delaySeconds, MAX_DELAY_SECONDS);
      for (const { message, delaySeconds } of messages) put(encodeWorkMessage(message), delaySeconds);
    },
    receive: async (maximum) => {
      assertBatch(maximum);
      const visible = held.filter((message) => message.visibleAt <= clock.now());
      const exhausted = visible.filter((message) => isExhausted(message, options));
      held = held.filter((message) => !exhausted.includes(message));
      for (const { body, receiveCount } of exhausted) options.deadLetters?.inject(body, receiveCount);
      return visible
        .filter((message) => !exhausted.includes(message))
        .slice(0, maximum)
        .map((message) => {
          const received = {
            ...message,
            receiveCount: message.receiveCount + 1,
            visibleAt: clock.now() + options.visibilityTimeout * 1_000,
          };
          replace(received);
          return toReceived(received);
        });
    },
    postpone: async (receipt, seconds) => {
      assertVisibility(seconds);
      const message = held.find((other) => receiptOf(other) === receipt);
      // A message that shows again is not in flight any more: SQS answers MessageNotInflight.
      if (message && message.visibleAt > clock.now()) {
        replace({ ...message, visibleAt: clock.now() + seconds * 1_000 });
      }
    },
    backlog: async () => held.filter((message) => message.visibleAt <= clock.now()).length,
    remove: async (receipts) => {
      held = held.filter((message) => !receipts.includes(receiptOf(message)));
    },
  };
}

function isExhausted(message: HeldMessage, options: MemoryQueueOptions): boolean {
  return options.deadLetters !== undefined && message.receiveCount >= (options.maxReceiveCount ?? Infinity);
}

/** Only the newest receive's receipt works, as on SQS at its best. */
function receiptOf(message: HeldMessage): string {
  return `${message.id}/${message.receiveCount}`;
}

function toReceived(message: HeldMessage): ReceivedMessage {
  return { id: message.id, body: message.body, receipt: receiptOf(message), receiveCount: message.receiveCount };
}
