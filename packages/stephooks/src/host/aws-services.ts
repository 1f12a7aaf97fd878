import { createAwsClients, dynamodbApiKeyStore, workPorts } from "@stephooks/aws/work";
import type { AwsSettings } from "@stephooks/aws/lambda";
import type { Logger } from "@stephooks/core";
import { dataOnDemand, type ServicePorts } from "./ports-on-demand.ts";

/**
 * The ports on DynamoDB and SQS. This module leads to the SDK: it is only imported when a port is first used, or by a
 * bundle whose app is sure to need it.
 */
export function awsServices({ jobs, stepQueueUrl, table }: AwsSettings, logger: Logger): ServicePorts {
  const clients = createAwsClients();
  return {
    ...workPorts({ clients, table, stepQueueUrl, jobs, logger }),
    ...dataOnDemand(async () => {
      const { dataPorts } = await import("./aws-data.ts");
      return dataPorts(clients.dynamodb, table);
    }),
    apiKeys: dynamodbApiKeyStore(clients.dynamodb, table),
  };
}
