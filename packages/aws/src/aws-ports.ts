import { type AppPorts, type BlobStore, type Logger, systemClock, systemRandom } from "@stephooks/core";
import type { AwsClients } from "./aws-clients.ts";
import { dynamodbDocumentStore } from "./dynamodb-document-store.ts";
import { dynamodbInstanceHistory } from "./dynamodb-instance-history.ts";
import { dynamodbInstanceIndex } from "./dynamodb-instance-index.ts";
import { dynamodbInstanceStore } from "./dynamodb-instance-store.ts";
import { dynamodbKeyValueStore } from "./dynamodb-key-value-store.ts";
import { sqsJobQueue, type SqsJobQueueOptions } from "./sqs-job-queue.ts";
import { sqsWorkQueue } from "./sqs-work-queue.ts";
import { observedStore, WriteTraffic } from "./write-traffic.ts";

export interface AwsPortsOptions {
  readonly clients: AwsClients;
  /** Name of the table. */
  readonly table: string;
  readonly stepQueueUrl: string;
  /** Where the jobs of the app's workers wait, if it has any. */
  readonly jobs?: SqsJobQueueOptions | undefined;
  /** Where the app keeps files, if it does. */
  readonly blobs?: BlobStore | undefined;
  readonly logger: Logger;
}

/** Everything an app needs, on DynamoDB and SQS, with the machine's clock and randomness. */
export function awsPorts(options: AwsPortsOptions): AppPorts {
  const traffic = new WriteTraffic();
  return {
    instances: observedStore(dynamodbInstanceStore(options.clients.dynamodb, options.table), traffic),
    index: dynamodbInstanceIndex(options.clients.dynamodb, options.table),
    blobs: options.blobs,
    documents: dynamodbDocumentStore(options.clients.dynamodb, options.table),
    history: dynamodbInstanceHistory(options.clients.dynamodb, options.table),
    jobs: options.jobs && sqsJobQueue(options.clients.sqs, options.jobs),
    keyValues: dynamodbKeyValueStore(options.clients.dynamodb, options.table),
    queue: sqsWorkQueue(options.clients.sqs, options.stepQueueUrl, traffic),
    clock: systemClock,
    random: systemRandom,
    logger: options.logger,
  };
}
