import type { AwsClients } from "../aws-clients.ts";
import { AwsError } from "../aws-error.ts";
import { stepQueueDefinition, type Timings } from "../resources/index.ts";
import { provisionFailure } from "./provision-failure.ts";
import { type ProvisionedJobQueues, provisionJobQueues } from "./provision-job-queues.ts";
import { type ProvisionedQueue, provisionQueue } from "./provision-queue.ts";
import { provisionTable } from "./provision-table.ts";

export interface StackOptions {
  readonly clients: AwsClients;
  /** Name of the table and beginning of the queues' names: 3 to 70 of letters, digits, `-` and `_`. */
  readonly name: string;
  readonly timings: Timings;
  /** Whether the app has workers, and so needs a job queue. Default: no. */
  readonly jobs?: boolean;
}

/** Names and addresses of what exists now. */
export interface ProvisionedStack {
  readonly table: string;
  readonly stepQueueUrl: string;
  readonly stepQueueArn: string;
  readonly stepDeadLetterUrl: string;
  readonly stepDeadLetterArn: string;
  /** The FIFO queue of the app's workers and its dead-letter queue: all four or, without workers, none. */
  readonly jobQueueUrl?: string;
  readonly jobQueueArn?: string;
  readonly jobDeadLetterUrl?: string;
  readonly jobDeadLetterArn?: string;
}

/**
 * Creates the table and the queues without CloudFormation, for emulators and tests. Running it again keeps all data
 * and brings the queues' attributes to the given timings.
 *
 * @throws AwsError `provision-failed`
 */
export async function provisionStack(options: StackOptions): Promise<ProvisionedStack> {
  const { clients, name } = options;
  if (!/^[A-Za-z0-9_-]{3,70}$/.test(name)) {
    throw new AwsError(
      "provision-failed",
      `${JSON.stringify(name)} cannot name a table and queues. Use 3 to 70 letters, digits, hyphens and underscores.`,
    );
  }
  try {
    const [, queues, jobs] = await Promise.all([
      provisionTable(clients.dynamodb, name),
      provisionQueues(options),
      options.jobs === true ? provisionJobQueues(clients.sqs, name, options.timings) : undefined,
    ]);
    return {
      table: name,
      stepQueueUrl: queues.steps.url,
      stepQueueArn: queues.steps.arn,
      stepDeadLetterUrl: queues.deadLetters.url,
      stepDeadLetterArn: queues.deadLetters.arn,
      ...(jobs === undefined ? {} : jobAddresses(jobs)),
    };
  } catch (error) {
    throw provisionFailure(error, name);
  }
}

function jobAddresses({ deadLetters, queue }: ProvisionedJobQueues) {
  return {
    jobQueueUrl: queue.url,
    jobQueueArn: queue.arn,
    jobDeadLetterUrl: deadLetters.url,
    jobDeadLetterArn: deadLetters.arn,
  };
}

async function provisionQueues(options: StackOptions): Promise<{
  readonly steps: ProvisionedQueue;
  readonly deadLetters: ProvisionedQueue;
}> {
  const { clients, name, timings } = options;
  const common = {
    MessageRetentionPeriod: String(stepQueueDefinition.retention),
    VisibilityTimeout: String(timings.visibilityTimeout),
  };
  const deadLetters = await provisionQueue(clients.sqs, `${name}-steps-dlq`, common);
  const redrive = { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: stepQueueDefinition.maxReceiveCount };
  const steps = await provisionQueue(clients.sqs, `${name}-steps`, {
    ...common,
    RedrivePolicy: JSON.stringify(redrive),
  });
  return { steps, deadLetters };
}
