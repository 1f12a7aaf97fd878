import type { AwsClients } from "@stephooks/aws";
import { provisionSourceQueue, type ProvisionedStack, provisionStack } from "@stephooks/aws/provision";
import { jobQueueDefinition, stepQueueDefinition, type Timings } from "@stephooks/aws/resources";
import type { AppManifest } from "@stephooks/core";

/** A queue the worker process polls, as its event source mapping does when deployed. */
export interface PolledQueue {
  readonly url: string;
  /** What the handler tells its messages by. */
  readonly arn: string;
  /** Messages of one invocation. */
  readonly batchSize: number;
  /** Invocations at the same time. */
  readonly concurrency: number;
}

/** What exists now for an app. */
export interface ProvisionedApp {
  readonly resources: ProvisionedStack;
  readonly queues: readonly PolledQueue[];
}

/** Names table and queues of the local stack. */
const STACK_NAME = "stephooks";

/** Invocations at the same time: an event source mapping begins with five; dead letters are rare. */
const CONCURRENCY = { work: 5, deadLetters: 1 } as const;

/**
 * Creates what the template would for an app with this manifest, and the queues of the account that its workers read,
 * which are the account's own when deployed.
 *
 * @throws AwsError `provision-failed`
 */
export async function provisionApp(
  clients: AwsClients,
  { workers = [] }: AppManifest,
  timings: Timings,
): Promise<ProvisionedApp> {
  const jobs = workers.some(({ sourceArn }) => sourceArn === undefined);
  const arns = workers.flatMap(({ sourceArn }) => (sourceArn === undefined ? [] : [sourceArn]));
  const [resources, ...sources] = await Promise.all([
    provisionStack({ clients, name: STACK_NAME, timings, jobs }),
    ...arns.map((arn) => provisionSourceQueue(clients, arn, timings)),
  ]);
  const { jobQueueArn, jobQueueUrl, stepDeadLetterArn, stepDeadLetterUrl, stepQueueArn, stepQueueUrl } = resources;
  const steps = { batchSize: stepQueueDefinition.batchSize, concurrency: CONCURRENCY.work };
  return {
    resources,
    queues: [
      { ...steps, url: stepQueueUrl, arn: stepQueueArn },
      { ...steps, url: stepDeadLetterUrl, arn: stepDeadLetterArn, concurrency: CONCURRENCY.deadLetters },
      ...(jobQueueUrl === undefined || jobQueueArn === undefined
        ? []
        : [{ ...steps, batchSize: jobQueueDefinition.batchSize, url: jobQueueUrl, arn: jobQueueArn }]),
      // The app knows a queue by the ARN it gave, whatever the emulator calls it.
      ...sources.map(({ url }, index) => ({ ...steps, url, arn: arns[index] ?? "" })),
    ],
  };
}
