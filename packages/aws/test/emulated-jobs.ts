import { randomUUID } from "node:crypto";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { QueueSource, ReceivedMessage } from "@stephooks/core";
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

/** Receives and removes everything; what was there. */
export async function drained(source: QueueSource): Promise<readonly ReceivedMessage[]> {
  const all: ReceivedMessage[] = [];
  for (;;) {
    const messages = await source.receive(10, 0);
    if (messages.length === 0) return all;
    await source.remove(messages.map(({ receipt }) => receipt));
    all.push(...messages);
  }
}
