import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import {
  encodeWorkMessage,
  MAX_DELAY_SECONDS,
  type OutgoingMessage,
  PortError,
  type WorkMessage,
  type WorkQueue,
} from "@stephooks/core";
import { failureName, portErrorFrom } from "./sdk-failure.ts";
import { MAX_BATCH_ENTRIES, sendBatch } from "./sqs-batch.ts";

/** SQS's limit for one message and for one batch, bytes of UTF-8. */
const MAX_BATCH_BYTES = 1_048_576;

/** SQS's limit for a visibility timeout, seconds. */
const MAX_VISIBILITY_SECONDS = 43_200;

/** Batches in flight at once for one call of `send`. */
const LANES = 8;

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds: number;
}

/**
 * The step queue as an SQS standard queue. Messages are sent in batches; one message is a batch of one.
 *
 * `send` refuses a delay that SQS does not take (`invalid`) and a message above 1 MiB (`too-large`) before anything
 * is sent. `postpone` resolves also when the receive it names is over: then the message is already on its way back.
 */
export function sqsWorkQueue(client: SQSClient, queueUrl: string): WorkQueue {
  return {
    send: async (messages) => {
      for (const { delaySeconds } of messages) assertSeconds("delay", delaySeconds, MAX_DELAY_SECONDS);
      const batches = cutBatches(messages);
      for (let index = 0; index < batches.length; index += LANES) {
        const sending = batches.slice(index, index + LANES).map((batch) => sendEntries(client, queueUrl, batch));
        const failure = (await Promise.allSettled(sending)).find((result) => result.status === "rejected");
        if (failure) throw portErrorFrom(failure.reason, "SendMessageBatch");
      }
    },
    postpone: async (receipt, seconds) => {
      assertSeconds("visibility timeout", seconds, MAX_VISIBILITY_SECONDS);
      try {
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queueUrl,
            ReceiptHandle: receipt,
            VisibilityTimeout: seconds,
          }),
        );
      } catch (error) {
        if (!isStaleReceipt(error)) throw portErrorFrom(error, "ChangeMessageVisibility");
      }
    },
    backlog: () => backlog(client, queueUrl),
  };
}

/** Messages in flight and delayed ones are counted elsewhere. */
async function backlog(client: SQSClient, queueUrl: string): Promise<number> {
  const name = "ApproximateNumberOfMessages";
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [name] });
  const answer = await client.send(command).catch((error: unknown) => {
    throw portErrorFrom(error, "GetQueueAttributes");
  });
  const count = Number(answer.Attributes?.[name]);
  if (!Number.isInteger(count)) throw new PortError("corrupt", `SQS answered without ${name}.`, { name });
  return count;
}

async function sendEntries(client: SQSClient, queueUrl: string, batch: readonly Entry[]): Promise<void> {
  await sendBatch("SendMessageBatch", batch, (entries) =>
    client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries })),
  );
}

function cutBatches(messages: readonly OutgoingMessage[]): readonly (readonly Entry[])[] {
  const batches: Entry[][] = [];
  let current: Entry[] = [];
  let currentBytes = 0;
  for (const { message, delaySeconds } of messages) {
    const body = messageBody(message);
    const bytes = Buffer.byteLength(body);
    if (bytes > MAX_BATCH_BYTES) throw tooLarge(message, bytes);
    if (current.length === MAX_BATCH_ENTRIES || currentBytes + bytes > MAX_BATCH_BYTES) {
      batches.push(current);
      current = [];
      currentBytes = 0;
    }
    current.push({ Id: String(current.length), MessageBody: body, DelaySeconds: delaySeconds });
    currentBytes += bytes;
  }
  return current.length === 0 ? batches : [...batches, current];
}

/**
 * SQS allows the code points above U+FFFF, but brokers that look at UTF-16 units refuse them. A body is JSON, where
 * such a character is equal to its two escapes.
 */
function messageBody(message: WorkMessage): string {
  return encodeWorkMessage(message).replace(/[\uD800-\uDFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

/** SQS names it differently when the message is visible again, was deleted, or the handle is of an older receive. */
function isStaleReceipt(error: unknown): boolean {
  const name = failureName(error);
  if (name === "MessageNotInflight" || name === "ReceiptHandleIsInvalid") return true;
  return name === "InvalidParameterValue" && /not available for visibility timeout change/i.test(String(error));
}

function assertSeconds(what: string, seconds: number, limit: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= limit) return;
  throw new PortError("invalid", `A ${what} of ${seconds} s is refused: give whole seconds from 0 to ${limit}.`, {
    seconds,
    limit,
  });
}

function tooLarge(message: WorkMessage, bytes: number): PortError {
  return new PortError(
    "too-large",
    `A message for instance ${message.instance} has ${bytes} bytes, more than the ${MAX_BATCH_BYTES} of SQS. Keep large data elsewhere and its key in the state.`,
    { instance: message.instance, bytes, limit: MAX_BATCH_BYTES },
  );
}
