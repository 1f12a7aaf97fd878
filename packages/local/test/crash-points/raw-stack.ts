import { type Emulators, rawRequest } from "@stephooks/emulators";
import type { DoneRequest } from "./killable-process.ts";

/** Names of the table and the queues of one run. */
export interface StackNames {
  readonly table: string;
  readonly stepQueueUrl: string;
  readonly stepDeadLetterUrl: string;
}

/** An attribute value as the JSON protocol prints it. */
interface RawValue {
  readonly S?: string;
  readonly N?: string;
  readonly M?: Readonly<Record<string, RawValue>>;
}

/** One stored item. */
export type RawItem = Readonly<Record<string, RawValue>>;

const countNames = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

/** Looks at a table and its queues, and plays the broker's clock, by plain HTTP: no engine, no adapter, no SDK. */
export class RawStack {
  readonly names: StackNames;
  readonly #dynamodb: string;
  readonly #sqs: string;

  constructor(emulators: Emulators, names: StackNames) {
    this.names = names;
    this.#dynamodb = emulators.dynamodb.endpoint;
    this.#sqs = emulators.sqs.endpoint;
  }

  async scan(): Promise<readonly RawItem[]> {
    const input = { TableName: this.names.table, ConsistentRead: true };
    const scanned = rawRequest<{ readonly Items: readonly RawItem[] }>(this.#dynamodb, "DynamoDB_20120810.Scan", input);
    return (await scanned).Items;
  }

  /** Empties the table of what a scan found. */
  async erase(items: readonly RawItem[]): Promise<void> {
    if (items.length === 0) return;
    const deletes = items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
    await rawRequest(this.#dynamodb, "DynamoDB_20120810.BatchWriteItem", {
      RequestItems: { [this.names.table]: deletes },
    });
  }

  /** Messages of both queues: visible, in flight and delayed. */
  async messages(): Promise<number> {
    const { stepDeadLetterUrl, stepQueueUrl } = this.names;
    const counts = await Promise.all([stepQueueUrl, stepDeadLetterUrl].map((url) => this.#count(url)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** The visibility timeout of a received message is over. */
  async show(queueUrl: string, receipt: string): Promise<void> {
    const input = { QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 };
    await rawRequest(this.#sqs, "AmazonSQS.ChangeMessageVisibility", input);
  }

  /** Puts a body into the step queue; the message's id. */
  async send(body: string): Promise<string> {
    const input = { QueueUrl: this.names.stepQueueUrl, MessageBody: body };
    const sent = rawRequest<{ readonly MessageId: string }>(this.#sqs, "AmazonSQS.SendMessage", input);
    return (await sent).MessageId;
  }

  /** Receives from the step queue; the request with its answer. */
  async receive(): Promise<DoneRequest> {
    const input = { QueueUrl: this.names.stepQueueUrl, MaxNumberOfMessages: 10 };
    const output = await rawRequest<DoneRequest["output"]>(this.#sqs, "AmazonSQS.ReceiveMessage", input);
    return { operation: "ReceiveMessage", input, output };
  }

  async #count(queueUrl: string): Promise<number> {
    const input = { QueueUrl: queueUrl, AttributeNames: countNames };
    const { Attributes } = await rawRequest<{ readonly Attributes: Readonly<Record<string, string>> }>(
      this.#sqs,
      "AmazonSQS.GetQueueAttributes",
      input,
    );
    return countNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  }
}
