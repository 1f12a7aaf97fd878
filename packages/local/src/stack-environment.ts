import { createHash } from "node:crypto";
import type { ProvisionedStack } from "@stephooks/aws/provision";
import { environmentNames, type Timings } from "@stephooks/aws/resources";
import type { PolledQueue } from "./provision-app.ts";
import type { StackProcess } from "./stack-process.ts";

/** Environment of one process. */
export type Environment = Readonly<Record<string, string>>;

/** The emulators take any credentials; the clients refuse to send without some. */
export const emulatorCredentials = Object.freeze({
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});

/** Lambda's clock is in UTC. */
const lambdaEnvironment = Object.freeze({ TZ: "UTC" });

/** Where the local stack's apps keep files. */
export const bucketName = "stephooks-files";

/** What the emulators are started with. */
export interface EmulatorChoices {
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly dynamodbEndpoint: string | undefined;
  readonly dynamodbBinary: string | undefined;
}

/** With `endpoints` they are started where they were. */
export function emulatorEnvironment(choices: EmulatorChoices, endpoints?: Environment): Environment {
  const ports = endpoints && {
    dynamodb: portOf(endpoints[environmentNames.dynamodbEndpoint]),
    sqs: portOf(endpoints[environmentNames.sqsEndpoint]),
  };
  return { STEPHOOKS_LOCAL_EMULATORS: JSON.stringify({ ...choices, ports }) };
}

function portOf(endpoint: string | undefined): number {
  return Number(new URL(endpoint ?? "http://127.0.0.1:0").port);
}

/** With these AWS clients reach the emulators. */
export function endpointsOf(emulators: StackProcess): Environment {
  return {
    ...emulatorCredentials,
    [environmentNames.dynamodbEndpoint]: String(emulators.details["dynamodb"]),
    [environmentNames.sqsEndpoint]: String(emulators.details["sqs"]),
    // One program stands in for both services.
    [environmentNames.s3Endpoint]: String(emulators.details["sqs"]),
    [environmentNames.bucket]: bucketName,
  };
}

/** What the template gives the deployed functions. */
export function handlerEnvironment(
  resources: ProvisionedStack,
  timings: Timings,
  apiKey: string | undefined,
): Environment {
  return {
    [environmentNames.table]: resources.table,
    [environmentNames.stepQueueUrl]: resources.stepQueueUrl,
    [environmentNames.stepDeadLetterArn]: resources.stepDeadLetterArn,
    ...jobEnvironment(resources),
    [environmentNames.functionTimeout]: String(timings.functionTimeout),
    [environmentNames.visibilityTimeout]: String(timings.visibilityTimeout),
    ...lambdaEnvironment,
    // Given in both cases: a value inherited from the shell must not open a stack that has a key.
    [environmentNames.access]: apiKey === undefined ? "open" : "keys",
    [environmentNames.errorDetails]: "shown",
    ...(apiKey === undefined
      ? {}
      : { [environmentNames.apiKeySha256]: createHash("sha256").update(apiKey).digest("hex") }),
  };
}

function jobEnvironment({ jobDeadLetterUrl, jobQueueArn, jobQueueUrl }: ProvisionedStack): Environment {
  if (jobQueueUrl === undefined || jobQueueArn === undefined || jobDeadLetterUrl === undefined) return {};
  return {
    [environmentNames.jobQueueUrl]: jobQueueUrl,
    [environmentNames.jobQueueArn]: jobQueueArn,
    [environmentNames.jobDeadLetterUrl]: jobDeadLetterUrl,
  };
}

export function workerEnvironment(
  bundle: string,
  queues: readonly PolledQueue[],
  { functionTimeout }: Timings,
): Environment {
  return { STEPHOOKS_LOCAL_WORKER: JSON.stringify({ bundle, functionTimeout, queues }) };
}

export function httpEnvironment(
  bundle: string,
  front: { readonly port: number; readonly virtualClock: boolean },
  { functionTimeout }: Timings,
): Environment {
  return { STEPHOOKS_LOCAL_HTTP: JSON.stringify({ bundle, ...front, functionTimeout }) };
}

/** With it a process shows a time that is this far ahead of the machine's, milliseconds. */
export function clockEnvironment(offset: number): Environment {
  return { STEPHOOKS_LOCAL_CLOCK: String(offset) };
}

export function manifestEnvironment(bundle: string): Environment {
  return { ...lambdaEnvironment, STEPHOOKS_LOCAL_MANIFEST: bundle };
}
