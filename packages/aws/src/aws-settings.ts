import { AwsError } from "./aws-error.ts";
import { isFifo } from "./queue-name.ts";
import { environmentNames, MAX_FUNCTION_TIMEOUT } from "./resources/index.ts";

/** What the worker must know about the resources it runs with. */
export interface AwsSettings {
  /** Name of the table. */
  readonly table: string;
  readonly stepQueueUrl: string;
  readonly stepDeadLetterArn: string;
  /** The worker's Lambda timeout, seconds. */
  readonly functionTimeout: number;
  /** The step queue's visibility timeout, seconds. */
  readonly visibilityTimeout: number;
  /** The queue of the app's workers. Absent when it has none. */
  readonly jobs?: JobSettings;
}

/** What is known about the job queue: all of it or nothing. */
export interface JobSettings {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** SQS's limit for a visibility timeout, seconds. */
const MAX_VISIBILITY = 43_200;

/**
 * The settings in the environment, as the template and the local stack set them.
 *
 * @throws AwsError `missing-setting` or `bad-setting` naming the variable.
 */
export function readAwsSettings(environment: Environment): AwsSettings {
  const functionTimeout = readSeconds(environment, environmentNames.functionTimeout, 1, MAX_FUNCTION_TIMEOUT);
  const jobs = readJobs(environment);
  return {
    table: readTable(environment),
    stepQueueUrl: readQueueUrl(environment, environmentNames.stepQueueUrl),
    stepDeadLetterArn: readQueueArn(environment, environmentNames.stepDeadLetterArn),
    functionTimeout,
    // A message that shows again while its function may still run would be worked on twice as a rule.
    visibilityTimeout: readSeconds(environment, environmentNames.visibilityTimeout, functionTimeout, MAX_VISIBILITY),
    ...(jobs === undefined ? {} : { jobs }),
  };
}

function readJobs(environment: Environment): JobSettings | undefined {
  const names = [
    environmentNames.jobQueueUrl,
    environmentNames.jobDeadLetterUrl,
    environmentNames.jobQueueArn,
  ] as const;
  const missing = names.filter((name) => (environment[name] ?? "") === "");
  if (missing.length === names.length) return undefined;
  const [first] = missing;
  if (first !== undefined) throw badSetting(first, `set, although another of ${names.join(", ")} is`);
  const [queueUrl, deadLetterUrl, queueArn] = names;
  return {
    queueUrl: readFifo(readQueueUrl(environment, queueUrl), queueUrl),
    queueArn: readFifo(readQueueArn(environment, queueArn), queueArn),
    deadLetterUrl: readFifo(readQueueUrl(environment, deadLetterUrl), deadLetterUrl),
  };
}

function readFifo(queue: string, name: string): string {
  if (!isFifo(queue)) throw badSetting(name, "a FIFO queue: its name ends with .fifo");
  return queue;
}

function readTable(environment: Environment): string {
  const name = environmentNames.table;
  const value = readText(environment, name);
  if (!/^[A-Za-z0-9_.:/-]{3,1024}$/.test(value)) throw badSetting(name, "the name of a DynamoDB table");
  return value;
}

function readQueueUrl(environment: Environment, name: string): string {
  const value = readText(environment, name);
  if (!/^https?:$/.test(URL.parse(value)?.protocol ?? "")) throw badSetting(name, "the http(s) URL of an SQS queue");
  return value;
}

function readQueueArn(environment: Environment, name: string): string {
  const value = readText(environment, name);
  if (!/^arn:[^:]+:sqs:[^:]*:[^:]*:[^:]+$/.test(value)) throw badSetting(name, "the ARN of an SQS queue");
  return value;
}

function readSeconds(environment: Environment, name: string, least: number, most: number): number {
  const value = readText(environment, name);
  const seconds = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (seconds >= least && seconds <= most) return seconds;
  throw badSetting(name, `a whole number of seconds from ${least} to ${most}`);
}

function readText(environment: Environment, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== "") return value;
  throw new AwsError(
    "missing-setting",
    `The environment variable ${name} is not set. Deploy with the generated template, or start with the local stack; both set it.`,
    { variable: name },
  );
}

function badSetting(name: string, expected: string): AwsError {
  return new AwsError("bad-setting", `The environment variable ${name} is not ${expected}. Correct it and restart.`, {
    variable: name,
  });
}
