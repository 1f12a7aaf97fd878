import { isRecord, type ReceivedMessage } from "@stephooks/core";
import { AwsError } from "../aws-error.ts";
import { isFifo } from "../queue-name.ts";
import { type EventRecord, recordIn, textIn } from "./event-record.ts";

/** Messages of one invocation. All come from one queue: an event source mapping reads one. */
export interface SqsBatch {
  readonly queueArn: string;
  /** In the order they came, which a FIFO queue's consumer needs. */
  readonly messages: readonly ReceivedMessage[];
  /** Ids of records without a body or receipt. They fail alone: hand them to {@link sqsBatchResult} too. */
  readonly unreadable: readonly string[];
}

/** What a mapping with `ReportBatchItemFailures` expects. */
export interface SqsBatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Reads the records of an SQS event.
 *
 * @throws AwsError `bad-event` when a record has no `messageId` or the records do not name one queue. A throw fails the
 * whole batch, which is the only way to keep a message that cannot be named.
 */
export function parseSqsBatch(records: readonly unknown[]): SqsBatch {
  const messages: ReceivedMessage[] = [];
  const unreadable: string[] = [];
  for (const record of records) {
    const fields = isRecord(record) ? record : {};
    const id = textIn(fields, "messageId");
    if (id === undefined || id === "") {
      throw new AwsError("bad-event", "An SQS record has no messageId, so it cannot fail alone; the batch fails.");
    }
    const message = receivedMessage(fields, id);
    if (message === undefined) unreadable.push(id);
    else messages.push(message);
  }
  return { queueArn: queueOf(records), messages, unreadable };
}

/** The answer that returns exactly these messages to the queue; every other message of the batch is deleted. */
export function sqsBatchResult(failedIds: Iterable<string>): SqsBatchResult {
  return { batchItemFailures: [...new Set(failedIds)].map((itemIdentifier) => ({ itemIdentifier })) };
}

function receivedMessage(record: EventRecord, id: string): ReceivedMessage | undefined {
  const body = textIn(record, "body");
  const receipt = textIn(record, "receiptHandle");
  if (body === undefined || receipt === undefined || receipt === "") return undefined;
  const attributes = recordIn(record, "attributes");
  const count = Number(textIn(attributes, "ApproximateReceiveCount"));
  const sentAt = Number(textIn(attributes, "SentTimestamp") ?? Number.NaN);
  // A standard queue's message may have a group, too, for fairness: it orders nothing.
  const group = isFifo(textIn(record, "eventSourceARN") ?? "") ? textIn(attributes, "MessageGroupId") : undefined;
  return {
    id,
    body,
    receipt,
    // The count only informs; a record without it was received at least now.
    receiveCount: Number.isSafeInteger(count) && count > 0 ? count : 1,
    ...(group === undefined ? {} : { group }),
    ...(Number.isSafeInteger(sentAt) ? { sentAt } : {}),
  };
}

function queueOf(records: readonly unknown[]): string {
  const arns = new Set(records.map((record) => (isRecord(record) ? textIn(record, "eventSourceARN") : undefined)));
  const [arn] = arns;
  if (arns.size !== 1 || arn === undefined || arn === "") {
    throw new AwsError("bad-event", "The records of an SQS batch must all name the same queue in eventSourceARN.", {
      queues: arns.size,
    });
  }
  return arn;
}
