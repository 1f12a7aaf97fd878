import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { describeWorkQueue } from "@stephooks/contracts/suites";
import { systemClock } from "@stephooks/core";
import { type Emulator, startSqsEmulator } from "@stephooks/emulators";
import { afterAll, beforeAll } from "vitest";
import { createAwsClients, sqsQueueSource, sqsWorkQueue } from "../src/index.ts";

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
  const name = randomUUID();
  const deadLetterUrl = await createQueue(`${name}-dlq`, {});
  const answer = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ["QueueArn"] }),
  );
  const redrive = { deadLetterTargetArn: answer.Attributes?.QueueArn, maxReceiveCount };
  const url = await createQueue(name, { RedrivePolicy: JSON.stringify(redrive) });
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

async function createQueue(name: string, attributes: Record<string, string>): Promise<string> {
  const VisibilityTimeout = String(visibilityTimeout);
  const answer = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes, VisibilityTimeout } }),
  );
  return answer.QueueUrl ?? "";
}
