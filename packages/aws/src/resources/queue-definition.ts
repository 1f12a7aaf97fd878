/** Attributes of the step queue and its dead-letter queue that do not depend on the app. */
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
