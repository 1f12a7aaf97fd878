import { randomUUID } from "node:crypto";
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

export interface EmulatedQueue {
  readonly url: string;
  readonly deadLetterUrl: string;
}

/** An empty queue of its own, with a dead-letter queue. Seconds. */
export async function emulatedQueue(
  sqs: SQSClient,
  visibilityTimeout: number,
  maxReceiveCount: number,
): Promise<EmulatedQueue> {
  const name = randomUUID();
  const VisibilityTimeout = String(visibilityTimeout);
  const create = async (QueueName: string, attributes: Record<string, string>): Promise<string> => {
    const command = new CreateQueueCommand({ QueueName, Attributes: { ...attributes, VisibilityTimeout } });
    return (await sqs.send(command)).QueueUrl ?? "";
  };
  const deadLetterUrl = await create(`${name}-dlq`, {});
  const ask = new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ["QueueArn"] });
  const deadLetterTargetArn = (await sqs.send(ask)).Attributes?.QueueArn;
  const url = await create(name, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) });
  return { url, deadLetterUrl };
}
