import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { PortError } from "@stephooks/core";
import { failureName, portErrorFrom } from "./sdk-failure.ts";

/** SQS's limit for a visibility timeout, seconds. */
const MAX_VISIBILITY_SECONDS = 43_200;

/**
 * A received message comes back after `seconds`. Resolves also when the receive is over: then the message is already on
 * its way back.
 */
export async function postponeReceipt(
  client: SQSClient,
  queueUrl: string,
  receipt: string,
  seconds: number,
): Promise<void> {
  assertSeconds("visibility timeout", seconds, MAX_VISIBILITY_SECONDS);
  try {
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: seconds }),
    );
  } catch (error) {
    if (!isStaleReceipt(failureName(error), String(error))) throw portErrorFrom(error, "ChangeMessageVisibility");
  }
}

/**
 * SQS names it differently when the message is visible again, was deleted, or the handle is of an older receive, and
 * a FIFO queue takes no handle whose visibility timeout is over
 * (https://repost.aws/knowledge-center/sqs-receipt-handle-error).
 */
export function isStaleReceipt(name: string, message: string): boolean {
  if (name === "MessageNotInflight" || name === "ReceiptHandleIsInvalid") return true;
  const isExpired = /not available for visibility timeout change|receipt handle has expired/i.test(message);
  return isExpired && name === "InvalidParameterValue";
}

export function assertSeconds(what: string, seconds: number, limit: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= limit) return;
  throw new PortError("invalid", `A ${what} of ${seconds} s is refused: give whole seconds from 0 to ${limit}.`, {
    seconds,
    limit,
  });
}
