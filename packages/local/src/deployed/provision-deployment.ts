import type { AwsClients } from "@stephooks/aws";
import { provisionSourceQueue, type ProvisionedStack, provisionStack } from "@stephooks/aws/provision";
import { bucketName } from "../stack-environment.ts";
import type { PolledQueue } from "../provision-app.ts";
import type { Deployment } from "./read-deployment.ts";
import { type References, resolveValue, type ResourceValues } from "./resolve-value.ts";

/** What exists on the emulators for a template. */
export interface ProvisionedDeployment {
  readonly resources: ProvisionedStack;
  readonly references: References;
  /** What the worker's event source mappings read. */
  readonly queues: readonly PolledQueue[];
}

/** Names table and queues. */
const STACK_NAME = "deployed";

/** Invocations of one mapping at the same time: an event source mapping begins with five. */
const CONCURRENCY = 5;

/** Creates the template's table and queues. @throws AwsError `provision-failed`, LocalError `bad-template`. */
export async function provisionDeployment(clients: AwsClients, deployment: Deployment): Promise<ProvisionedDeployment> {
  const { mappings, parameters, visibilityTimeout, worker } = deployment;
  const timings = { functionTimeout: worker.timeout, visibilityTimeout };
  const resources = await provisionStack({ clients, name: STACK_NAME, timings, jobs: deployment.has("JobQueue") });
  const references = { parameters, resources: valuesOf(resources) };
  const urls = urlsByArn(resources);
  const queues = mappings.map(async ({ batchSize, source }): Promise<PolledQueue> => {
    const arn = resolveValue(source, references);
    const url = urls.get(arn) ?? (await provisionSourceQueue(clients, arn, timings)).url;
    return { arn, url, batchSize, concurrency: CONCURRENCY };
  });
  return { resources, references, queues: await Promise.all(queues) };
}

function valuesOf(stack: ProvisionedStack): Readonly<Record<string, ResourceValues>> {
  const queue = (url: string, arn: string): ResourceValues => ({ ref: url, attributes: { Arn: arn } });
  const { jobDeadLetterArn, jobDeadLetterUrl, jobQueueArn, jobQueueUrl } = stack;
  const hasJobs = jobQueueUrl && jobQueueArn && jobDeadLetterUrl && jobDeadLetterArn;
  return {
    Table: { ref: stack.table, attributes: {} },
    FilesBucket: { ref: bucketName, attributes: {} },
    StepQueue: queue(stack.stepQueueUrl, stack.stepQueueArn),
    StepDeadLetterQueue: queue(stack.stepDeadLetterUrl, stack.stepDeadLetterArn),
    ...(hasJobs
      ? { JobQueue: queue(jobQueueUrl, jobQueueArn), JobDeadLetterQueue: queue(jobDeadLetterUrl, jobDeadLetterArn) }
      : {}),
  };
}

function urlsByArn(stack: ProvisionedStack): ReadonlyMap<string, string> {
  return new Map(Object.values(valuesOf(stack)).flatMap(({ attributes: { Arn }, ref }) => (Arn ? [[Arn, ref]] : [])));
}
