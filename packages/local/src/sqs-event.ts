import type { ReceivedMessage } from "@stephooks/core";

/** The event an SQS event source mapping makes of one batch. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): object {
  return {
    Records: messages.map((message) => ({
      messageId: message.id,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        ...(message.sentAt === undefined ? {} : { SentTimestamp: String(message.sentAt) }),
        ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
      },
      messageAttributes: {},
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: queueArn.split(":")[3] ?? "us-east-1",
    })),
  };
}
