import { AsyncResource } from "node:async_hooks";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { publishRequests } from "./request-channel.ts";
import { environmentNames } from "./resources/index.ts";

export interface AwsClients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
}

export interface AwsClientsOptions {
  /** Default: what the SDK finds (environment, profile). */
  readonly region?: string;
  /** Default: what the SDK finds (environment, profile, role). */
  readonly credentials?: DynamoDBClientConfig["credentials"];
  /** Default: the environment's `AWS_ENDPOINT_URL_DYNAMODB`, else AWS. */
  readonly dynamodbEndpoint?: string;
  /** Default: the environment's `AWS_ENDPOINT_URL_SQS`, else AWS. */
  readonly sqsEndpoint?: string;
  /** Longest time one attempt of a call may take, milliseconds. Default 5,000. A long poll sets its own. */
  readonly requestTimeout?: number;
  /** Where endpoints are looked up. Default: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Limits of one attempt, milliseconds. Both services answer within tens of milliseconds; a call that takes longer
 * than this is better repeated. Receiving sets its own limit, because a long poll lasts up to 20 s.
 */
const attemptLimits = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  // Without it the SDK only prints a warning and goes on waiting.
  throwOnRequestTimeout: true,
});

/** Tries of one call, the first included. A repeated conditional write is recognised by its transaction id. */
const MAX_ATTEMPTS = 3;

/** Both clients with limits that fit this engine. Connections are kept open; `destroy()` of each closes them. */
export function createAwsClients(options: AwsClientsOptions = {}): AwsClients {
  const environment = options.environment ?? process.env;
  const dynamodbEndpoint = options.dynamodbEndpoint ?? environment[environmentNames.dynamodbEndpoint];
  const sqsEndpoint = options.sqsEndpoint ?? environment[environmentNames.sqsEndpoint];
  const { requestTimeout = attemptLimits.requestTimeout } = options;
  const common = {
    maxAttempts: MAX_ATTEMPTS,
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };
  const clients = {
    dynamodb: new DynamoDBClient({
      ...common,
      requestHandler: { ...attemptLimits, requestTimeout },
      ...(dynamodbEndpoint ? { endpoint: dynamodbEndpoint } : {}),
    }),
    sqs: new SQSClient({
      ...common,
      requestHandler: { ...attemptLimits, requestTimeout },
      // The SDK sends to the host of the queue URL unless the endpoint is given here: from the environment alone it
      // does not count, and queue URLs of an emulator carry host names that do not resolve.
      ...(sqsEndpoint ? { endpoint: sqsEndpoint } : {}),
    }),
  };
  detachRequests(clients);
  publishRequests(clients.dynamodb, clients.sqs);
  return clients;
}

/**
 * Makes every request run in the async context in which the clients were made. The connections and timers of the SDK
 * are shared by all that use the clients: they are not part of the invocation that happened to need them first.
 */
function detachRequests({ dynamodb, sqs }: AwsClients): void {
  const context = new AsyncResource("AwsClients");
  const place = { step: "initialize", priority: "low", name: "stephooksDetached" } as const;
  dynamodb.middlewareStack.add((next) => (args) => context.runInAsyncScope(next, undefined, args), place);
  sqs.middlewareStack.add((next) => (args) => context.runInAsyncScope(next, undefined, args), place);
}
