import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { portErrorFrom } from "./sdk-failure.ts";

/**
 * Puts the message of a schedule into the step queue, for hosts without EventBridge Scheduler. Settles when the queue
 * holds it.
 *
 * @throws PortError
 */
export async function sendTick(client: SQSClient, queueUrl: string, body: string): Promise<void> {
  try {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  } catch (error) {
    throw portErrorFrom(error, "SendMessage");
  }
}
