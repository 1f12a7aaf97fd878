import { setTimeout as pause } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { describeWorkQueue } from "@stephooks/contracts/suites";
import { systemClock } from "@stephooks/core";
import { type Emulator, startSqsEmulator } from "@stephooks/emulators";
import { afterAll, beforeAll } from "vitest";
import { createAwsClients, sqsQueueSource, sqsWorkQueue } from "../src/index.ts";
import { emulatedQueue } from "./emulated-queue.ts";

const visibilityTimeout = 2;
const maxReceiveCount = 3;

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

describeWorkQueue("SQS on the emulator", async () => {
  const { deadLetterUrl, url } = await emulatedQueue(sqs, visibilityTimeout, maxReceiveCount);
  return {
    queue: sqsWorkQueue(sqs, url),
    source: sqsQueueSource(sqs, url),
    deadLetters: sqsQueueSource(sqs, deadLetterUrl),
    visibilityTimeout,
    maxReceiveCount,
    clock: systemClock,
    pass: (seconds) => pause(seconds * 1_000),
  };
});
