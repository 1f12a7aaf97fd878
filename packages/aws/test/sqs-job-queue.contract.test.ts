import { setTimeout as pause } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { describeJobQueue } from "@stephooks/contracts/suites";
import { systemClock } from "@stephooks/core";
import { type Emulator, startSqsEmulator } from "@stephooks/emulators";
import { afterAll, beforeAll } from "vitest";
import { createAwsClients, sqsJobQueue, sqsQueueSource } from "../src/index.ts";
import { drained, emulatedJobs } from "./emulated-jobs.ts";

const visibilityTimeout = 2;

let emulator: Emulator;
let sqs: SQSClient;

beforeAll(async () => {
  emulator = await startSqsEmulator();
  sqs = createAwsClients({
    sqsEndpoint: emulator.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  }).sqs;
});

afterAll(async () => {
  sqs.destroy();
  await emulator.stop();
});

describeJobQueue("SQS FIFO on the emulator", async () => {
  const urls = await emulatedJobs(sqs, visibilityTimeout);
  return {
    queue: sqsJobQueue(sqs, urls),
    source: sqsQueueSource(sqs, urls.queueUrl),
    dead: async () => (await drained(sqsQueueSource(sqs, urls.deadLetterUrl))).map(({ body }) => body),
    visibilityTimeout,
    clock: systemClock,
    pass: (seconds) => pause(seconds * 1_000),
  };
});
