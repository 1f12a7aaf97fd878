import { setTimeout as pause } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { drivenClock, memoryJobQueue } from "@stephooks/contracts";
import { type JobQueue, type OutgoingJob, parseJob, type QueueSource } from "@stephooks/core";
import { expect } from "vitest";
import { sqsJobQueue, sqsQueueSource } from "../../src/index.ts";
import { emulatedJobs } from "../emulated-jobs.ts";
import { type Both, onBoth } from "./both.ts";

/** Longer than any test, seconds. */
const VISIBILITY = 1_000;

/** The rows of the table about FIFO queues, shown. */
export const jobProofs = (sqs: () => SQSClient) => ({
  fifoBatch: async () => {
    const ends = await onBoth(await jobQueues(sqs(), VISIBILITY), async ({ queue, source }) => {
      await queue.send(jobs("a1", "a2", "a3"));
      return namesOf(source, 2);
    });
    expect(ends).toEqual({ double: ["a1", "a2"], real: ["a1"] });
  },
  groupOrder: async () => {
    const ends = await onBoth(await jobQueues(sqs(), VISIBILITY), async ({ queue, source }) => {
      for (const name of ["a1", "b1", "a2"]) await queue.send(jobs(name));
      const [first] = await source.receive(1, 0);
      await source.remove([first?.receipt ?? ""]);
      await queue.send(jobs("a3"));
      return namesOf(source, 1);
    });
    expect(ends).toEqual({ double: ["b1"], real: ["a2"] });
  },
  deduplicationScope: async () => {
    const ends = await onBoth(await jobQueues(sqs(), VISIBILITY), async ({ queue, source }) => {
      await queue.send(jobs("a1"));
      await queue.send(jobs("a1").map((job) => ({ ...job, slot: 1 })));
      return namesOf(source, 10);
    });
    expect(ends).toEqual({ double: ["a1", "a1"], real: ["a1"] });
  },
  lateFifoDelete: async () => {
    const ends = await onBoth(await jobQueues(sqs(), 1), async ({ passSecond, queue, source }) => {
      await queue.send(jobs("a1"));
      const [first] = await source.receive(1, 0);
      await passSecond();
      await source.remove([first?.receipt ?? ""]);
      return namesOf(source, 1);
    });
    expect(ends).toEqual({ double: ["a1"], real: [] });
  },
});

interface Jobs {
  readonly queue: JobQueue;
  readonly source: QueueSource;
  /** Lets a second pass. */
  passSecond(): Promise<unknown>;
}

async function jobQueues(sqs: SQSClient, visibilityTimeout: number): Promise<Both<Jobs>> {
  const clock = drivenClock();
  const queue = memoryJobQueue({ clock, visibilityTimeout });
  const urls = await emulatedJobs(sqs, visibilityTimeout);
  const real = { queue: sqsJobQueue(sqs, urls), source: sqsQueueSource(sqs, urls.queueUrl) };
  return {
    double: { queue, source: queue, passSecond: async () => clock.advance(1_000) },
    real: { ...real, passSecond: () => pause(1_050) },
  };
}

/** Jobs named by topic and number, such as `a1`. */
function jobs(...names: readonly string[]): readonly OutgoingJob[] {
  return names.map((name) => ({
    job: { id: name, item: name, topic: name.slice(0, 1), payload: null, createdAt: 1 },
    slot: 0,
  }));
}

async function namesOf(source: QueueSource, maximum: number): Promise<readonly string[]> {
  return (await source.receive(maximum, 0)).map(({ body }) => {
    const parsed = parseJob(body);
    return parsed.ok ? parsed.job.id : parsed.reason;
  });
}
