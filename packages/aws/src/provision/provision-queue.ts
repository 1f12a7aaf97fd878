import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { AwsError } from "../aws-error.ts";
import { failureName, portErrorCode } from "../sdk-failure.ts";

export type QueueAttributes = Partial<Record<QueueAttributeName, string>>;

export interface ProvisionedQueue {
  readonly url: string;
  readonly arn: string;
}

/**
 * Creates the queue when it is missing and gives it these attributes; messages in it stay. Only what differs is set:
 * that a queue is FIFO can be said at its creation only.
 */
export async function provisionQueue(
  client: SQSClient,
  name: string,
  attributes: QueueAttributes,
): Promise<ProvisionedQueue> {
  const url = (await queueUrl(client, name)) ?? (await createQueue(client, name, attributes));
  const present = (await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] })))
    .Attributes;
  const arn = present?.QueueArn;
  if (arn === undefined) {
    throw new AwsError("provision-failed", `Queue ${name} has no ARN. Look at it in the console, then try again.`, {
      queue: name,
    });
  }
  const changed = Object.entries(attributes).filter(([key, value]) => attributeOf(present, key) !== value);
  if (changed.length > 0) {
    await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: Object.fromEntries(changed) }));
  }
  return { url, arn };
}

async function queueUrl(client: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (portErrorCode({ name: failureName(error), message: "" }) === "missing-resource") return undefined;
    throw error;
  }
}

async function createQueue(client: SQSClient, name: string, attributes: QueueAttributes): Promise<string> {
  const url = (await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl;
  if (url !== undefined) return url;
  throw new AwsError("provision-failed", `Queue ${name} was created without a URL. Try again.`, { queue: name });
}

function attributeOf(attributes: QueueAttributes | undefined, name: string): string | undefined {
  return new Map(Object.entries(attributes ?? {})).get(name);
}
