import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqsQueueSource, sqsWorkQueue } from "../../src/index.ts";
import { emulatedQueue } from "../emulated-queue.ts";
import { type EmulatedStack, emulatedStack } from "../emulated-stack.ts";
import { queueCommand } from "./queue-commands.ts";
import { MAX_RECEIVES, QueuePair, type RealQueue, VISIBILITY } from "./queue-pair.ts";
import { runDifferential } from "./run-differential.ts";

/** Together with the store's at least 20,000. */
const STEPS = 7_000;

/** It is half a minute of work; a machine that does much else takes many times as long. Milliseconds. */
const LIMIT = 900_000;

let world: EmulatedStack;
beforeAll(async () => {
  // A request that is given up and repeated on a busy machine would be a step that the double does not make.
  world = await emulatedStack(60, 60_000);
});
afterAll(() => world.dispose());

test(
  `${STEPS} random calls of the queue come to the same on SQS and its double`,
  async () => {
    const tally = new Map<string, number>();
    const steps = (): number => [...tally.values()].reduce((sum, count) => sum + count, 0);
    await runDifferential(
      queueCommand,
      async (commands) => {
        const pair = new QueuePair(await realQueue(), tally);
        for (const command of commands) await pair.apply(command);
        await pair.compareContents();
      },
      () => steps() >= STEPS,
    );
    expect([...tally.keys()].toSorted()).toEqual([
      "backlog: done",
      "drain: done",
      "postpone: done",
      "postpone: rejected",
      "receive: done",
      "receive: rejected",
      "remove: done",
      "send: done",
      "send: rejected",
    ]);
  },
  LIMIT,
);

async function realQueue(): Promise<RealQueue> {
  const { sqs } = world.clients;
  const { deadLetterUrl, url } = await emulatedQueue(sqs, VISIBILITY, MAX_RECEIVES);
  const names = ["ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"] as const;
  return {
    queue: sqsWorkQueue(sqs, url),
    source: sqsQueueSource(sqs, url),
    deadLetters: sqsQueueSource(sqs, deadLetterUrl),
    hidden: async () => {
      const ask = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] });
      const { Attributes = {} } = await sqs.send(ask);
      const [inFlight, delayed] = names.map((name) => Number(Attributes[name]));
      return { inFlight: inFlight ?? Number.NaN, delayed: delayed ?? Number.NaN };
    },
  };
}
