import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import {
  assertJobSize,
  deathKey,
  encodeDeadJob,
  encodeJob,
  jobKey,
  jobLane,
  type JobQueue,
  type OutgoingJob,
} from "@stephooks/core";
import { sendBatch } from "./sqs-batch.ts";
import { type LaneLetter, SqsLaneOutbox } from "./sqs-lane-outbox.ts";
import { postponeReceipt } from "./sqs-receipt.ts";

export interface SqsJobQueueOptions {
  /** Of the FIFO queue. */
  readonly queueUrl: string;
  /** Of its dead-letter queue, which is FIFO, too. */
  readonly deadLetterUrl: string;
}

/**
 * The job queue as an SQS FIFO queue: a lane is a message group, and the deduplication id names the job. Jobs are sent
 * in batches; calls of `send` that come together share them, and each settles by its own jobs.
 *
 * `send` and `bury` refuse a job above `MAX_JOB_BYTES` (`too-large`) before anything is sent.
 */
export function sqsJobQueue(client: SQSClient, { deadLetterUrl, queueUrl }: SqsJobQueueOptions): JobQueue {
  const outbox = new SqsLaneOutbox(client, queueUrl);
  return {
    send: async (jobs) => outbox.post(jobs.map(letterOf)),
    postpone: (receipt, seconds) => postponeReceipt(client, queueUrl, receipt, seconds),
    bury: async (dead) => {
      const { job } = dead;
      assertJobSize(encodeJob(job));
      const entry = {
        Id: "0",
        MessageBody: encodeDeadJob(dead),
        // Moved back into the job queue, which keeps the group, jobs of a topic must still not run side by side.
        MessageGroupId: jobLane(job.topic, 0),
        MessageDeduplicationId: deathKey(dead),
      };
      const failures = await sendBatch("SendMessageBatch", [entry], (entries) =>
        client.send(new SendMessageBatchCommand({ QueueUrl: deadLetterUrl, Entries: entries })),
      );
      for (const failure of failures.values()) throw failure;
    },
  };
}

function letterOf({ job, slot }: OutgoingJob): LaneLetter {
  const body = encodeJob(job);
  return { body, bytes: assertJobSize(body), lane: jobLane(job.topic, slot), key: jobKey(job) };
}
