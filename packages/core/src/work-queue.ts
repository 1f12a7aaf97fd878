import type { WorkMessage } from "./work-message.ts";

/** Longest delay of one message on an SQS standard queue, seconds. */
export const MAX_DELAY_SECONDS = 900;

export interface OutgoingMessage {
  readonly message: WorkMessage;
  /** 0 to {@link MAX_DELAY_SECONDS}, whole seconds. */
  readonly delaySeconds: number;
}

/** Where the engine puts work. At least once, in any order. Every method rejects with a {@link PortError} only. */
export interface WorkQueue {
  /** Settles when the broker holds every message; rejects when any was not accepted (others may have been). */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * A received message comes back after `seconds` (0 to 43,200) instead of the queue's visibility timeout. Does nothing
   * when the receive is over: the message shows already, was received again, or is gone.
   */
  postpone(receipt: string, seconds: number): Promise<void>;
  /** About how many messages wait to be received now. */
  backlog(): Promise<number>;
}

/** One message as the broker handed it out. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** Names this receive to the broker. */
  readonly receipt: string;
  /** How often the broker has handed it out, this time included. Approximate: throttling raises it too. */
  readonly receiveCount: number;
  /** In a FIFO queue: its message group. When one of a group fails, those after it must come back, too. */
  readonly group?: string;
  /** When it was sent, epoch milliseconds; absent where the host does not say. */
  readonly sentAt?: number;
}

/** The consuming side of a queue: the event source mapping on AWS, the poller elsewhere. */
export interface QueueSource {
  /** Up to `maximum` (1 to 10) messages; waits up to `waitSeconds` (0 to 20) for the first. */
  receive(maximum: number, waitSeconds: number): Promise<readonly ReceivedMessage[]>;
  /** Deletes received messages. */
  remove(receipts: readonly string[]): Promise<void>;
}
