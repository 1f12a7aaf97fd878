import { randomUUID } from "node:crypto";
import { type AwsClients, awsPorts, sqsQueueSource } from "@stephooks/aws";
import { type ProvisionedStack, provisionStack } from "@stephooks/aws/provision";
import { type AppPorts, type QueueSource, type ReceivedMessage, silentLogger } from "@stephooks/core";
import type { Workflow } from "stephooks";
import { createApp, createHost } from "stephooks/host";
import type { Emulated } from "./emulated.ts";

export interface Lap {
  lap: number;
  /** Makes the item as large as wanted. */
  pad?: string;
}

/** An app with its workflows on table and queues of its own. */
export interface BenchWorld {
  readonly clients: AwsClients;
  readonly stack: ProvisionedStack;
  readonly source: QueueSource;
  /** Each step asks for itself, through the queue. */
  readonly queued: Workflow<Lap>;
  /** Five steps in a circle: four gotos run inline, the fifth goes through the queue. */
  readonly chained: Workflow<Lap>;
  /** One invocation with the text of an event. */
  handle(event: string): Promise<unknown>;
}

const timings = { functionTimeout: 60, visibilityTimeout: 90 };

/** More than an invocation lasts: a goto to this step is never run inline. */
const NEVER_INLINE = "800s";

export async function benchWorld(
  emulated: Emulated,
  change: (ports: AppPorts) => AppPorts = (ports) => ports,
): Promise<BenchWorld> {
  const clients = emulated.clients();
  const stack = await provisionStack({ clients, name: `bench-${randomUUID().slice(0, 8)}`, timings });
  const app = createApp();
  const queued = app.createWorkflow("queued", "Through the queue", {
    lap: async ({ lap }: Lap, goto) => goto("lap", { lap: lap + 1 }),
  });
  const chained = app.createWorkflow(
    "chained",
    "In a chain",
    {
      first: async ({ lap }: Lap, goto) => goto("second", { lap: lap + 1 }),
      second: async ({ lap }, goto) => goto("third", { lap: lap + 1 }),
      third: async ({ lap }, goto) => goto("fourth", { lap: lap + 1 }),
      fourth: async ({ lap }, goto) => goto("fifth", { lap: lap + 1 }),
      fifth: async ({ lap }, goto) => goto("first", { lap: lap + 1 }),
    },
    { inline: true, timeout: "30s", steps: { first: { timeout: NEVER_INLINE } } },
  );
  const ports = awsPorts({ clients, table: stack.table, stepQueueUrl: stack.stepQueueUrl, logger: silentLogger });
  const host = createHost(app.init(), change(ports), {
    engine: timings,
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn: stack.stepDeadLetterArn,
  });
  return {
    clients,
    stack,
    source: sqsQueueSource(clients.sqs, stack.stepQueueUrl),
    queued,
    chained,
    handle: (event) =>
      host.handle(JSON.parse(event), { getRemainingTimeInMillis: () => timings.functionTimeout * 1_000 }),
  };
}

/** The text of the event an SQS event source mapping makes of a batch. */
export function eventText(
  batch: readonly Pick<ReceivedMessage, "id" | "body" | "receipt">[],
  queueArn: string,
): string {
  return JSON.stringify({
    Records: batch.map(({ body, id, receipt }) => ({
      messageId: id,
      receiptHandle: receipt,
      body,
      attributes: { ApproximateReceiveCount: "1" },
      messageAttributes: {},
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: "us-east-1",
    })),
  });
}

/** Receives a whole batch, has it handled, and deletes it: what the event source mapping does. */
export async function invokeOnce(
  { source, stack }: BenchWorld,
  size: number,
  handle: (event: string) => Promise<unknown>,
): Promise<void> {
  const batch = await source.receive(size, 20);
  if (batch.length !== size) throw new Error(`the queue gave ${batch.length} messages, not ${size}`);
  const answer = JSON.stringify(await handle(eventText(batch, stack.stepQueueArn)));
  if (answer !== '{"batchItemFailures":[]}') throw new Error(`the batch was answered with ${answer}`);
  await source.remove(batch.map(({ receipt }) => receipt));
}
