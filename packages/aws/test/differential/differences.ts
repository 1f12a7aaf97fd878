/** A behaviour in which the double or the emulator is not like AWS, or in which both are but unlike each other. */
export interface Difference {
  /** Of the port, or the request below it. */
  readonly operation: string;
  readonly double: string;
  readonly emulator: string;
  readonly aws: string;
  /** Where AWS says so. */
  readonly documentation: string;
  /** Whose behaviour AWS documents; `either` where it promises neither. */
  readonly right: "double" | "emulator" | "either" | "neither";
}

const sqsGuide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide";
const sqsReference = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference";
const dynamodbGuide = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide";

/**
 * Every known difference between the memory ports, the emulators and AWS. The differential tests tolerate what stands
 * here and nothing else; `differences.test.ts` shows that each still is one.
 */
export const differences = {
  itemSize: {
    operation: "InstanceStore.create and update of an item above 400 KB",
    double: "stores an item of any size",
    emulator: "refuses it; the port rejects with too-large",
    aws: "refuses items above 400 KB",
    documentation: `${dynamodbGuide}/Constraints.html`,
    right: "emulator",
  },
  expressionSize: {
    operation: "InstanceStore.update of some 300 state keys at once",
    double: "applies it",
    emulator: "is not asked: the adapter rejects with too-large",
    aws: "refuses an expression above 4 KB",
    documentation: `${dynamodbGuide}/Constraints.html`,
    right: "emulator",
  },
  dueTies: {
    operation: "InstanceIndex.due of entries with one time",
    double: "gives them in the order in which they were stored",
    emulator: "gives them in the order of their keys",
    aws: "sorts by the sort key; keys of a secondary index need not be unique, and what they share has no order",
    documentation: `${dynamodbGuide}/GSI.html`,
    right: "either",
  },
  indexLag: {
    operation: "InstanceIndex.due and list after a write",
    double: "show the write at once",
    emulator: "show the write at once",
    aws: "secondary indexes follow their table eventually",
    documentation: `${dynamodbGuide}/GSI.html`,
    right: "neither",
  },
  longDelay: {
    operation: "SendMessageBatch with DelaySeconds 901",
    double: "send rejects with invalid",
    emulator: "accepts it; the adapter never asks",
    aws: "takes 0 to 900",
    documentation: `${sqsReference}/API_SendMessage.html`,
    right: "double",
  },
  messageSize: {
    operation: "WorkQueue.send of a message above 1 MiB",
    double: "holds a message of any size",
    emulator: "is not asked: the adapter rejects with too-large",
    aws: "refuses messages and batches above 1 MiB",
    documentation: `${sqsGuide}/quotas-messages.html`,
    right: "emulator",
  },
  highCharacters: {
    operation: "SendMessageBatch with a character above U+FFFF",
    double: "keeps it",
    emulator: "refuses the entry; the adapter escapes such characters",
    aws: "allows #x10000 to #x10FFFF",
    documentation: `${sqsReference}/API_SendMessage.html`,
    right: "double",
  },
  messageGroup: {
    operation: "SendMessageBatch with MessageGroupId on a standard queue",
    double: "has no groups",
    emulator: "accepts the group and forgets it",
    aws: "keeps it and shares receives fairly between groups",
    documentation: `${sqsGuide}/sqs-fair-queues.html`,
    right: "neither",
  },
  order: {
    operation: "QueueSource.receive after a message showed again",
    double: "hands it out at the place it was sent in",
    emulator: "hands it out after all others",
    aws: "a standard queue orders as well as it can and promises nothing",
    documentation: `${sqsGuide}/standard-queues.html`,
    right: "either",
  },
  shortPoll: {
    operation: "QueueSource.receive without a wait",
    double: "gives as many of the messages that show as were asked for",
    emulator: "gives as many of the messages that show as were asked for",
    aws: "asks some of its servers and may give fewer, or none",
    documentation: `${sqsGuide}/sqs-short-and-long-polling.html`,
    right: "neither",
  },
  twice: {
    operation: "QueueSource.receive of a message that is in flight",
    double: "never hands it out",
    emulator: "never hands it out",
    aws: "delivers at least once: now and then a copy is handed out as well",
    documentation: `${sqsGuide}/standard-queues-at-least-once-delivery.html`,
    right: "neither",
  },
  longPoll: {
    operation: "QueueSource.receive with a wait, from an empty queue",
    double: "answers at once",
    emulator: "waits",
    aws: "waits",
    documentation: `${sqsGuide}/sqs-short-and-long-polling.html`,
    right: "emulator",
  },
  lateDelete: {
    operation: "QueueSource.remove of a message that shows again, by its newest receipt",
    double: "removes it",
    emulator: "answers success and leaves it",
    aws: "deletes by the receipt of the newest receive; after the visibility timeout that may fail",
    documentation: `${sqsReference}/API_DeleteMessage.html`,
    right: "either",
  },
  longestVisibility: {
    operation: "WorkQueue.postpone by 43,200 s some time after the receive",
    double: "hides the message for so long",
    emulator: "hides the message for so long",
    aws: "refuses what exceeds 12 hours since the receive",
    documentation: `${sqsReference}/API_ChangeMessageVisibility.html`,
    right: "neither",
  },
  deadLetterCount: {
    operation: "QueueSource.receive of a dead letter",
    double: "counts the receives of both queues",
    emulator: "counts one more: the look that moved the message",
    aws: "counts how often the message was received across all queues",
    documentation: `${sqsReference}/API_ReceiveMessage.html`,
    right: "double",
  },
  deadLetterMove: {
    operation: "QueueSource.receive beside messages that have been received too often",
    double: "moves all of them to the dead letters",
    emulator: "moves those it comes across before it has as many to give as were asked for",
    aws: "moves a message whose receive count would exceed the limit, at no promised time",
    documentation: `${sqsGuide}/sqs-dead-letter-queues.html`,
    right: "either",
  },
  fifoBatch: {
    operation: "QueueSource.receive from a FIFO queue with several messages of one group",
    double: "gives the first ones of the group, as many as were asked for",
    emulator: "gives one of the group",
    aws: "gives as many of one group as it can",
    documentation: `${sqsGuide}/FIFO-queues-understanding-logic.html`,
    right: "double",
  },
  groupOrder: {
    operation: "QueueSource.receive from a FIFO queue with several groups",
    double: "gives messages in the order in which they were sent",
    emulator: "goes through the groups",
    aws: "keeps the order within a group only",
    documentation: `${sqsGuide}/FIFO-queues-understanding-logic.html`,
    right: "either",
  },
  deduplicationScope: {
    operation: "JobQueue.send of one job to two slots within five minutes",
    double: "adds both: it compares within a group",
    emulator: "adds one: it compares within the queue, whatever DeduplicationScope says",
    aws: "compares within a group when DeduplicationScope is messageGroup",
    documentation: `${sqsReference}/API_SetQueueAttributes.html`,
    right: "double",
  },
  lateFifoDelete: {
    operation:
      "QueueSource.remove from a FIFO queue after the visibility timeout, before the message is received again",
    double: "removes nothing",
    emulator: "removes the message",
    aws: "refuses it; the adapter takes that as nothing to remove",
    documentation: `${sqsReference}/API_ReceiveMessage.html`,
    right: "double",
  },
} as const satisfies Readonly<Record<string, Difference>>;

export type DifferenceName = keyof typeof differences;

/** Whether a test may overlook it: a row that is taken out of the table is looked at again. */
export function isTolerated(name: DifferenceName): boolean {
  return name in differences;
}
