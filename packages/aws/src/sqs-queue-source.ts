import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { PortError, type QueueSource, type ReceivedMessage } from "@stephooks/core";
import { isFifo } from "./queue-name.ts";
import { portErrorFrom } from "./sdk-failure.ts";
import { MAX_BATCH_ENTRIES, sendBatch } from "./sqs-batch.ts";
import { isStaleReceipt } from "./sqs-receipt.ts";

/** Time the broker may take beyond the wait it was asked for, milliseconds. */
const ANSWER_MARGIN = 5_000;

export interface QueueSourceOptions {
  /**
   * Ends a receive at once. It and every later one then give no messages; a message that the broker was handing out
   * in that moment comes back after the visibility timeout.
   */
  readonly signal?: AbortSignal;
}

/** The consuming side of an SQS queue for hosts without an event source mapping. */
export function sqsQueueSource(client: SQSClient, queueUrl: string, options: QueueSourceOptions = {}): QueueSource {
  const { signal } = options;
  const isStopped = (): boolean => signal?.aborted === true;
  // Only there a group means an order.
  const group = isFifo(queueUrl) ? (["MessageGroupId"] as const) : [];
  return {
    receive: async (maximum, waitSeconds) => {
      if (isStopped()) return [];
      try {
        const command = new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: maximum,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp", ...group],
        });
        const answer = await client.send(command, {
          // The client's own request timeout is for calls that answer at once.
          requestTimeout: waitSeconds * 1_000 + ANSWER_MARGIN,
          ...(signal === undefined ? {} : { abortSignal: signal }),
        });
        return (answer.Messages ?? []).map(toReceivedMessage);
      } catch (error) {
        if (isStopped()) return [];
        throw portErrorFrom(error, "ReceiveMessage");
      }
    },
    remove: async (receipts) => {
      for (let index = 0; index < receipts.length; index += MAX_BATCH_ENTRIES) {
        const batch = receipts.slice(index, index + MAX_BATCH_ENTRIES);
        const entries = batch.map((receipt, position) => ({ Id: String(position), ReceiptHandle: receipt }));
        const failures = await sendBatch("DeleteMessageBatch", entries, (left) =>
          client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: left })),
        );
        for (const failure of failures.values()) {
          // A receive that is over removes nothing: a standard queue says nothing about it, a FIFO queue refuses.
          if (!isStaleReceipt(String(failure.details.failure), failure.message)) throw failure;
        }
      }
    },
  };
}

function toReceivedMessage(message: Message): ReceivedMessage {
  const { MessageId: id, Body: body, ReceiptHandle: receipt, Attributes: attributes } = message;
  const receiveCount = Number(attributes?.ApproximateReceiveCount);
  if (id === undefined || body === undefined || receipt === undefined || !Number.isInteger(receiveCount)) {
    throw new PortError("corrupt", "SQS handed out a message without id, body, receipt or receive count.", { id });
  }
  const group = attributes?.MessageGroupId;
  const sentAt = Number(attributes?.SentTimestamp);
  return {
    id,
    body,
    receipt,
    receiveCount,
    ...(group === undefined ? {} : { group }),
    ...(Number.isInteger(sentAt) ? { sentAt } : {}),
  };
}
