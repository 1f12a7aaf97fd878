import { randomUUID } from "node:crypto";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { provisionJobQueues } from "../src/provision/provision-job-queues.ts";

export interface EmulatedJobs {
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
}

/** An empty job queue of its own, with its dead-letter queue. Seconds. */
export async function emulatedJobs(sqs: SQSClient, visibilityTimeout: number): Promise<EmulatedJobs> {
  const { deadLetters, queue } = await provisionJobQueues(sqs, randomUUID(), { functionTimeout: 1, visibilityTimeout });
  return { queueUrl: queue.url, deadLetterUrl: deadLetters.url };
}
