import type { JsonValue } from "./json-value.ts";

/** One piece of work for a worker of the app. */
export interface Job {
  /** What `enqueue` answered. All jobs of one `enqueueFromQuery` share it. */
  readonly id: string;
  /** Tells the jobs of one id apart: the document's `_id`, or the id again. */
  readonly item: string;
  readonly topic: string;
  readonly payload: JsonValue;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface OutgoingJob {
  readonly job: Job;
  /** Jobs of one topic and slot are worked on one after the other, in the order they were sent. */
  readonly slot: number;
}

/** A job that is given up, and why. */
export interface DeadJob {
  readonly job: Job;
  /** How often it was begun. */
  readonly attempts: number;
  /** The last error's code or name, and its text. */
  readonly code: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly diedAt: number;
}

/** UTF-8 bytes of an encoded job at the most: SQS's 1 MiB, less what a dead job says of its end. */
export const MAX_JOB_BYTES = 1_048_576 - 8_192;

/**
 * Where the app's jobs wait: at least once, in order within a topic's slot, one at a time there. Every method rejects
 * with a {@link PortError} only.
 */
export interface JobQueue {
  /**
   * Settles when the broker holds every job; rejects when any was not accepted (others may have been). A job whose id
   * and item were sent within the last five minutes is not added again, so that sending may be repeated.
   */
  send(jobs: readonly OutgoingJob[]): Promise<void>;
  /**
   * A received job comes back after `seconds` (0 to 43,200) instead of the queue's visibility timeout; until then its
   * slot waits. Does nothing when the receive is over.
   */
  postpone(receipt: string, seconds: number): Promise<void>;
  /**
   * Puts a job into the dead-letter queue, once if it is tried again with the same attempts and time within five
   * minutes. The received one is still to be removed.
   */
  bury(dead: DeadJob): Promise<void>;
}
