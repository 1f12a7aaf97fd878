export { type AwsClients, type AwsClientsOptions, createAwsClients } from "./aws-clients.ts";
export { AwsError, type AwsErrorCode } from "./aws-error.ts";
export { awsPorts, type AwsPortsOptions } from "./aws-ports.ts";
export { type AwsSettings, type JobSettings, readAwsSettings } from "./aws-settings.ts";
export { type DocumentStoreOptions, dynamodbDocumentStore } from "./dynamodb-document-store.ts";
export { dynamodbApiKeyStore } from "./dynamodb-api-key-store.ts";
export { dynamodbInstanceHistory } from "./dynamodb-instance-history.ts";
export { dynamodbInstanceIndex } from "./dynamodb-instance-index.ts";
export { dynamodbInstanceStore, type InstanceStoreOptions } from "./dynamodb-instance-store.ts";
export { dynamodbKeyValueStore, type KeyValueStoreOptions } from "./dynamodb-key-value-store.ts";
export { type QueueSourceOptions, sqsQueueSource } from "./sqs-queue-source.ts";
export { type AwsRequest, awsRequestChannel, isAwsRequest } from "./request-channel.ts";
export { sqsJobQueue, type SqsJobQueueOptions } from "./sqs-job-queue.ts";
export { sqsWorkQueue } from "./sqs-work-queue.ts";

// Lambda: events as Fetch requests, the handler.
export { type HttpEvent, type HttpShape, type LambdaHttpResult, type WholeAnswer } from "./lambda/http-event.ts";
export { type LambdaContext, readLambdaContext } from "./lambda/lambda-context.ts";
export { type LambdaEvent, recogniseLambdaEvent, type SqsEvent, type SweepEvent } from "./lambda/lambda-event.ts";
export {
  type LambdaResponseStream,
  streamified,
  type StreamingHandler,
  streamResponse,
  streamResult,
} from "./lambda/response-stream.ts";
export { parseSqsBatch, type SqsBatch, sqsBatchResult, type SqsBatchResult } from "./lambda/sqs-batch.ts";
