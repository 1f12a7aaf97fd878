import { type AwsClients, awsPorts, createAwsClients, dynamodbApiKeyStore } from "@stephooks/aws";
import { readAwsSettings } from "@stephooks/aws/lambda";
import { environmentNames } from "@stephooks/aws/resources";
import { type ApiKeyStore, type AppPorts, type BlobStore, jsonLogger } from "@stephooks/core";
import { CliError } from "../cli-error.ts";
import { connect, type Connection, type Target } from "./connect.ts";

/** An app's data and queues as tools use them. */
export interface OpenApp {
  readonly connection: Connection;
  /** The ports as the app's functions have them, but for files. */
  readonly ports: AppPorts;
  readonly apiKeys: ApiKeyStore;
  readonly clients: AwsClients;
}

/** Connects, acts and closes every connection. @throws as `connect`, and what `act` throws. */
export async function withApp<Result>(target: Target, act: (app: OpenApp) => Promise<Result>): Promise<Result> {
  const connection = await connect(target);
  const { environment } = connection;
  const { jobs, stepQueueUrl, table } = readAwsSettings(environment);
  const clients = createAwsClients({ environment, ...identityOf(connection) });
  try {
    return await act({
      connection,
      ports: awsPorts({ clients, table, stepQueueUrl, jobs, logger: jsonLogger("error") }),
      apiKeys: dynamodbApiKeyStore(clients.dynamodb, table),
      clients,
    });
  } finally {
    clients.dynamodb.destroy();
    clients.sqs.destroy();
  }
}

/** The same with the files the app keeps. @throws CliError `no-bucket`, and as `withApp`. */
export async function withFiles<Result>(target: Target, act: (files: BlobStore) => Promise<Result>): Promise<Result> {
  const connection = await connect(target);
  const bucket = connection.environment[environmentNames.bucket];
  if (!bucket) {
    throw new CliError(
      "no-bucket",
      `${connection.name} has no bucket: it gets one when the app uses filestore. Deploy it again then.`,
    );
  }
  const { createS3Client, s3BlobStore } = await import("@stephooks/aws/blobs");
  const client = createS3Client({ environment: connection.environment, ...identityOf(connection) });
  try {
    return await act(s3BlobStore(client, bucket));
  } finally {
    client.destroy();
  }
}

/** The emulators' own; of a deployed app only where it is, and the SDK finds out who asks. */
function identityOf({ environment, kind }: Connection): {
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
} {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_REGION: region, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const isLocal = kind === "local" && accessKeyId !== undefined && secretAccessKey !== undefined;
  return {
    ...(region === undefined ? {} : { region }),
    ...(isLocal ? { credentials: { accessKeyId, secretAccessKey } } : {}),
  };
}
