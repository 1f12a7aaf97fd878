import { awsPorts, createAwsClients, dynamodbApiKeyStore } from "@stephooks/aws";
import type { AwsSettings } from "@stephooks/aws/lambda";
import type { Logger } from "@stephooks/core";
import type { ServicePorts } from "./ports-on-demand.ts";

/**
 * The ports on DynamoDB and SQS. This module leads to the SDK: it is only imported when a port is first used, or by a
 * bundle whose app is sure to need it.
 */
export function awsServices({ jobs, stepQueueUrl, table }: AwsSettings, logger: Logger): ServicePorts {
  const clients = createAwsClients();
  return {
    ...awsPorts({ clients, table, stepQueueUrl, jobs, logger }),
    apiKeys: dynamodbApiKeyStore(clients.dynamodb, table),
  };
}
