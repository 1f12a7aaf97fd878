import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import {
  encodeWorkMessage,
  MAX_DELAY_SECONDS,
  type OutgoingMessage,
  PortError,
  type WorkMessage,
  type WorkQueue,
} from "@stephooks/core";
import { portErrorFrom } from "./sdk-failure.ts";
import { type Letter, MAX_BATCH_BYTES, sqsOutbox } from "./sqs-outbox.ts";
import { assertSeconds, postponeReceipt } from "./sqs-receipt.ts";
import { WriteTraffic } from "./write-traffic.ts";

/**
 * The step queue as an SQS standard queue. Messages are sent in batches; one message is a batch of one. Calls of `send`
 * that come together, or while writes are on their way in `traffic`, share batches, and each settles by its own
 * messages.
 *
 * `send` refuses a delay that SQS does not take (`invalid`) and a message above 1 MiB (`too-large`) before anything
 * is sent. `postpone` resolves also when the receive it names is over: then the message is already on its way back.
 */
export function sqsWorkQueue(
  client: SQSClient,
  queueUrl: string,
  traffic: WriteTraffic = new WriteTraffic(),
): WorkQueue {
  const outbox = sqsOutbox(client, queueUrl, traffic);
  return {
    send: async (messages) => {
      for (const { delaySeconds } of messages) assertSeconds("delay", delaySeconds, MAX_DELAY_SECONDS);
      await outbox.post(messages.map(letterOf));
    },
    postpone: (receipt, seconds) => postponeReceipt(client, queueUrl, receipt, seconds),
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

function letterOf({ delaySeconds, message }: OutgoingMessage): Letter {
  const body = encodeWorkMessage(message);
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BATCH_BYTES) throw tooLarge(message, bytes);
  return { body, bytes, delaySeconds };
}

function tooLarge(message: WorkMessage, bytes: number): PortError {
  return new PortError(
    "too-large",
    `A message for instance ${message.instance} has ${bytes} bytes, more than the ${MAX_BATCH_BYTES} of SQS. Keep large data elsewhere and its key in the state.`,
    { instance: message.instance, bytes, limit: MAX_BATCH_BYTES },
  );
}
