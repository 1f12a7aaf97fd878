import type { AwsClients } from "../aws-clients.ts";
import { AwsError } from "../aws-error.ts";
import { isFifo } from "../queue-name.ts";
import type { Timings } from "../resources/index.ts";
import { provisionFailure } from "./provision-failure.ts";
import { type ProvisionedQueue, provisionQueue } from "./provision-queue.ts";

/** A queue's ARN, its name captured: at most 80 letters, digits, hyphens and underscores, `.fifo` included. */
const QUEUE_ARN = /^arn:[^:]+:sqs:[^:]*:[^:]*:((?=.{1,80}$)[A-Za-z0-9_-]+(?:\.fifo)?)$/;

/**
 * Creates, on an emulator, the queue of another owner that an app's worker reads. It has the name in the ARN; account
 * and region of the emulator's queue differ, so its answer carries the ARN it was asked for, which the app knows it by.
 * Messages may be sent to a FIFO one with and without a deduplication id. Running it again keeps its messages.
 *
 * @throws AwsError `provision-failed`
 */
export async function provisionSourceQueue(
  clients: Pick<AwsClients, "sqs">,
  arn: string,
  timings: Timings,
): Promise<ProvisionedQueue> {
  const name = QUEUE_ARN.exec(arn)?.[1];
  if (name === undefined) {
    throw new AwsError(
      "provision-failed",
      `${JSON.stringify(arn)} is not the ARN of an SQS queue. Correct the worker.`,
    );
  }
  const fifo = isFifo(name) ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : {};
  try {
    const attributes = { ...fifo, VisibilityTimeout: String(timings.visibilityTimeout) };
    return { url: (await provisionQueue(clients.sqs, name, attributes)).url, arn };
  } catch (error) {
    throw provisionFailure(error, name);
  }
}
