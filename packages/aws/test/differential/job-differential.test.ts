import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqsJobQueue, sqsQueueSource } from "../../src/index.ts";
import { emulatedJobs } from "../emulated-jobs.ts";
import { type EmulatedStack, emulatedStack } from "../emulated-stack.ts";
import { jobCommand } from "./job-commands.ts";
import { JobPair, type RealJobs, VISIBILITY } from "./job-pair.ts";
import { runDifferential } from "./run-differential.ts";

const STEPS = 4_000;

/** It is some seconds of work; a machine that does much else takes many times as long. Milliseconds. */
const LIMIT = 900_000;

let world: EmulatedStack;
beforeAll(async () => {
  // A request that is given up and repeated on a busy machine would be a step that the double does not make.
  world = await emulatedStack(60, 60_000);
});
afterAll(() => world.dispose());

test(
  `${STEPS} random calls of the job queue come to the same on SQS and its double`,
  async () => {
    const tally = new Map<string, number>();
    const steps = (): number => [...tally.values()].reduce((sum, count) => sum + count, 0);
    await runDifferential(
      jobCommand,
      async (commands) => {
        const pair = new JobPair(await realJobs(), tally);
        for (const command of commands) await pair.apply(command);
        await pair.compareContents();
      },
      () => steps() >= STEPS,
    );
    expect([...tally.keys()].toSorted()).toEqual([
      "bury: done",
      "postpone: done",
      "postpone: rejected",
      "receive: done",
      "receive: rejected",
      "remove: done",
      "send: done",
    ]);
  },
  LIMIT,
);

async function realJobs(): Promise<RealJobs> {
  const { sqs } = world.clients;
  const urls = await emulatedJobs(sqs, VISIBILITY);
  const names = ["ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessages"] as const;
  return {
    queue: sqsJobQueue(sqs, urls),
    source: sqsQueueSource(sqs, urls.queueUrl),
    deadLetters: sqsQueueSource(sqs, urls.deadLetterUrl),
    counts: async () => {
      const ask = new GetQueueAttributesCommand({ QueueUrl: urls.queueUrl, AttributeNames: [...names] });
      const { Attributes = {} } = await sqs.send(ask);
      const [inFlight, waiting] = names.map((name) => Number(Attributes[name]));
      return { inFlight: inFlight ?? Number.NaN, waiting: waiting ?? Number.NaN };
    },
  };
}
