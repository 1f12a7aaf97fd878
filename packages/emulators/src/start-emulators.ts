import { join } from "node:path";
import { startDynamodbEmulator } from "./dynamodb-emulator.ts";
import type { Emulator } from "./emulator.ts";
import { startSqsEmulator } from "./sqs-emulator.ts";

export interface EmulatorsOptions {
  /** Directory that keeps the data of both. Without it data lives in memory. */
  readonly dataDir?: string;
  /** Forgets what the directory holds. */
  readonly fresh?: boolean;
  /** Default: free ones. */
  readonly ports?: { readonly dynamodb?: number; readonly sqs?: number };
  /** A DynamoDB that runs already, used instead of the emulator. */
  readonly dynamodbEndpoint?: string;
  /** S3 buckets that are there from the start. The SQS emulator has them, too. */
  readonly buckets?: readonly string[];
}

export interface Emulators {
  readonly dynamodb: Emulator;
  readonly sqs: Emulator;
  /** Standard environment variables with which the AWS clients of any process talk to these two. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends both. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts the DynamoDB and the SQS emulator.
 *
 * @throws EmulatorError `binary-missing`, `did-not-start`, `data-in-use`; then neither is left running.
 */
export async function startEmulators(options: EmulatorsOptions = {}): Promise<Emulators> {
  const { buckets = [], dataDir, fresh = false, ports = {} } = options;
  const dynamodb = await dynamodbOf(options);
  try {
    const sqs = await startSqsEmulator({
      fresh,
      buckets,
      ...(ports.sqs === undefined ? {} : { port: ports.sqs }),
      ...(dataDir === undefined ? {} : { dataDir: join(dataDir, "sqs") }),
    });
    return {
      dynamodb,
      sqs,
      environment: environmentFor(dynamodb, sqs),
      stop: async () => void (await Promise.all([sqs.stop(), dynamodb.stop()])),
    };
  } catch (error) {
    await dynamodb.stop();
    throw error;
  }
}

async function dynamodbOf({
  dataDir,
  dynamodbEndpoint,
  fresh = false,
  ports = {},
}: EmulatorsOptions): Promise<Emulator> {
  if (dynamodbEndpoint !== undefined) return { endpoint: dynamodbEndpoint, stop: async () => {} };
  return startDynamodbEmulator({
    fresh,
    ...(ports.dynamodb === undefined ? {} : { port: ports.dynamodb }),
    ...(dataDir === undefined ? {} : { dataFile: join(dataDir, "dynamodb.sqlite") }),
  });
}

/** The emulators take any credentials, but the clients sign nothing without some. */
function environmentFor(dynamodb: Emulator, sqs: Emulator): Readonly<Record<string, string>> {
  return {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "emulator",
    AWS_SECRET_ACCESS_KEY: "emulator",
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_S3: sqs.endpoint,
  };
}
