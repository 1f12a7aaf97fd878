import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { PortError } from "@stephooks/core";
import { isFifo } from "../../queue-name.ts";
import { portErrorFrom } from "../../sdk-failure.ts";

/** About how many messages a queue holds; SQS counts them approximately. */
export interface QueueDepth {
  /** Can be received now. */
  readonly waiting: number;
  /** Received, and neither deleted nor back. */
  readonly inFlight: number;
  /** Sent with a delay that has not ended. */
  readonly delayed: number;
}

/** A message somebody looked at. */
export interface PeekedMessage {
  readonly id: string;
  readonly body: string;
  /** Receives so far, this look included. */
  readonly receiveCount: number;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

export interface MoveOptions {
  /** At most so many: what is moved may come back while others are still being moved. */
  readonly limit: number;
  /** Only these messages; all without it. */
  readonly ids?: ReadonlySet<string>;
  readonly onMoved?: (moved: number) => void;
}

/** What people do with queues. Every method rejects with a {@link PortError} only. */
export interface QueueTools {
  depth(queueUrl: string): Promise<QueueDepth>;
  /**
   * Up to `limit` messages, each once, that could be received now. SQS has no way of looking without receiving: they are
   * hidden from consumers for a moment and then shown again, and each look counts as a receive, which a redrive policy
   * counts, too. What a consumer receives first is not seen; of a FIFO queue only the first messages of each group are.
   */
  peek(queueUrl: string, limit: number): Promise<readonly PeekedMessage[]>;
  /**
   * Moves messages to another queue and answers how many. Each is sent before it is deleted: one whose deletion fails is
   * in both queues. A FIFO message keeps its group.
   */
  move(from: string, to: string, options: MoveOptions): Promise<number>;
  /** Deletes everything in the queue, what is in flight included. SQS takes up to a minute, and one call a minute. */
  purge(queueUrl: string): Promise<void>;
}

/** How long looked-at messages are hidden should this process die before it shows them again, seconds. */
const LOOK = 20;

/** How long a message that is moved is hidden, seconds. */
const MOVE = 120;

/** SQS's limit for one receive. */
const MAX_RECEIVE = 10;

/** Receives without a new message after which a queue counts as empty: SQS asks only some of its servers at a time. */
const EMPTY_RECEIVES = 3;

export function sqsQueueTools(client: SQSClient): QueueTools {
  return {
    depth: (queueUrl) => mapped("GetQueueAttributes", () => depthOf(client, queueUrl)),
    peek: async (queueUrl, limit) => {
      const seen = new Map<string, Message>();
      try {
        for await (const message of received(client, queueUrl, LOOK)) {
          if (seen.has(idOf(message))) break;
          seen.set(idOf(message), message);
          if (seen.size >= limit) break;
        }
        return [...seen.values()].map(peekedMessage);
      } finally {
        await Promise.all([...seen.values()].map((message) => show(client, queueUrl, message)));
      }
    },
    move: async (from, to, { ids, limit, onMoved }) => {
      const left: Message[] = [];
      let moved = 0;
      try {
        for await (const message of received(client, from, MOVE)) {
          if (left.some((other) => other.MessageId === message.MessageId)) break;
          if (ids?.has(idOf(message)) === false) {
            left.push(message);
            continue;
          }
          await mapped("SendMessage", () => send(client, to, message));
          await mapped("DeleteMessage", () =>
            client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle })),
          );
          moved += 1;
          onMoved?.(moved);
          if (moved >= limit) break;
        }
      } finally {
        await Promise.all(left.map((message) => show(client, from, message)));
      }
      return moved;
    },
    purge: async (queueUrl) =>
      void (await mapped("PurgeQueue", () => client.send(new PurgeQueueCommand({ QueueUrl: queueUrl })))),
  };
}

/** Receives until nothing comes any more. What was handed over is the caller's; what was not comes back by itself. */
async function* received(client: SQSClient, queueUrl: string, visibility: number): AsyncGenerator<Message> {
  for (let empty = 0; empty < EMPTY_RECEIVES;) {
    const answer = await mapped("ReceiveMessage", () =>
      client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: MAX_RECEIVE,
          VisibilityTimeout: visibility,
          WaitTimeSeconds: 0,
          MessageSystemAttributeNames: ["All"],
        }),
      ),
    );
    const messages = answer.Messages ?? [];
    empty = messages.length === 0 ? empty + 1 : 0;
    let handed = 0;
    try {
      for (const message of messages) {
        handed += 1;
        yield message;
      }
    } finally {
      await Promise.all(messages.slice(handed).map((message) => show(client, queueUrl, message)));
    }
  }
}

/** Best effort: otherwise it shows when its visibility timeout is over. */
async function show(client: SQSClient, queueUrl: string, { ReceiptHandle }: Message): Promise<void> {
  await client
    .send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
    .catch(() => {});
}

function send(client: SQSClient, queueUrl: string, { Attributes, Body, MessageId }: Message): Promise<unknown> {
  const order = {
    MessageGroupId: Attributes?.MessageGroupId ?? "redriven",
    // Moving a message twice within five minutes, as after a crash between sending and deleting, adds it once.
    MessageDeduplicationId: `redriven-${MessageId ?? ""}`,
  };
  return client.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: Body, ...(isFifo(queueUrl) ? order : {}) }),
  );
}

async function depthOf(client: SQSClient, queueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return {
    waiting: Number(Attributes["ApproximateNumberOfMessages"] ?? 0),
    inFlight: Number(Attributes["ApproximateNumberOfMessagesNotVisible"] ?? 0),
    delayed: Number(Attributes["ApproximateNumberOfMessagesDelayed"] ?? 0),
  };
}

function peekedMessage(message: Message): PeekedMessage {
  return {
    id: idOf(message),
    body: message.Body ?? "",
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
  };
}

function idOf({ MessageId }: Message): string {
  if (MessageId !== undefined) return MessageId;
  throw new PortError("corrupt", "SQS handed out a message without an id.");
}

async function mapped<Answer>(operation: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw portErrorFrom(error, operation);
  }
}
