import type { SQSClient } from "@aws-sdk/client-sqs";
import { jobQueueDefinition, type Timings } from "../resources/index.ts";
import { type ProvisionedQueue, provisionQueue } from "./provision-queue.ts";

export interface ProvisionedJobQueues {
  readonly queue: ProvisionedQueue;
  readonly deadLetters: ProvisionedQueue;
}

/** Creates the FIFO queue of an app's workers and its dead-letter queue, `<name>-jobs.fifo` and `<name>-jobs-dlq.fifo`. */
export async function provisionJobQueues(
  client: SQSClient,
  name: string,
  timings: Timings,
): Promise<ProvisionedJobQueues> {
  const common = {
    ...fifoAttributes,
    MessageRetentionPeriod: String(jobQueueDefinition.retention),
    VisibilityTimeout: String(timings.visibilityTimeout),
  };
  const deadLetters = await provisionQueue(client, `${name}-jobs-dlq.fifo`, common);
  const redrive = { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: jobQueueDefinition.maxReceiveCount };
  const queue = await provisionQueue(client, `${name}-jobs.fifo`, {
    ...common,
    RedrivePolicy: JSON.stringify(redrive),
  });
  return { queue, deadLetters };
}

/** High throughput: limits and deduplication are of a lane, not of the queue. */
const fifoAttributes = {
  FifoQueue: "true",
  ContentBasedDeduplication: "false",
  DeduplicationScope: "messageGroup",
  FifoThroughputLimit: "perMessageGroupId",
} as const;
