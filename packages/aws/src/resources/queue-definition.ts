/** Attributes of a queue and its dead-letter queue that do not depend on the app. */
export interface QueueDefinition {
  /** Receives before a message moves to the dead-letter queue. */
  readonly maxReceiveCount: number;
  /** Seconds a message is kept: SQS's maximum, so that a stopped consumer has two weeks to come back. */
  readonly retention: number;
  /** Messages the event source mapping hands to one invocation. */
  readonly batchSize: number;
}

export const stepQueueDefinition: QueueDefinition = Object.freeze({
  maxReceiveCount: 10,
  retention: 1_209_600,
  batchSize: 10,
});

/**
 * The app's workers count attempts themselves and bury a job with its reason: a receive is no attempt, as a job behind
 * a failing one is received and put back with it. What SQS moves by itself are messages nobody can read.
 */
export const jobQueueDefinition: QueueDefinition = Object.freeze({
  maxReceiveCount: 1_000,
  retention: 1_209_600,
  batchSize: 10,
});
