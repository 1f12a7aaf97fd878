import type { AwsClients } from "../aws-clients.ts";
import { AwsError } from "../aws-error.ts";
import { stepQueueDefinition, type Timings } from "../resources/index.ts";
import { portErrorFrom } from "../sdk-failure.ts";
import { type ProvisionedQueue, provisionQueue } from "./provision-queue.ts";
import { provisionTable } from "./provision-table.ts";

export interface StackOptions {
  readonly clients: AwsClients;
  /** Name of the table and beginning of the queues' names: 3 to 70 of letters, digits, `-` and `_`. */
  readonly name: string;
  readonly timings: Timings;
}

/** Names and addresses of what exists now. */
export interface ProvisionedStack {
  readonly table: string;
  readonly stepQueueUrl: string;
  readonly stepQueueArn: string;
  readonly stepDeadLetterUrl: string;
  readonly stepDeadLetterArn: string;
}

/**
 * Creates the table and both queues without CloudFormation, for emulators and tests. Running it again keeps all data
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
    const [, queues] = await Promise.all([provisionTable(clients.dynamodb, name), provisionQueues(options)]);
    return {
      table: name,
      stepQueueUrl: queues.steps.url,
      stepQueueArn: queues.steps.arn,
      stepDeadLetterUrl: queues.deadLetters.url,
      stepDeadLetterArn: queues.deadLetters.arn,
    };
  } catch (error) {
    if (error instanceof AwsError) throw error;
    const { message } = portErrorFrom(error, "Provisioning");
    throw new AwsError(
      "provision-failed",
      `${message}. Check the endpoint and the credentials, then run it again: what exists is kept.`,
      { stack: name },
      { cause: error },
    );
  }
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
