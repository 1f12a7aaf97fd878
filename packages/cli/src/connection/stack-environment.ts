import type { DeployedStack } from "@stephooks/aws/deploy";
import { environmentNames, MAX_FUNCTION_TIMEOUT } from "@stephooks/aws/resources";
import { CliError } from "../cli-error.ts";

/**
 * The environment that the template gives the functions of a stack, made of the stack's outputs.
 *
 * @throws CliError `stack-not-ready`, `not-stephooks`.
 */
export function stackEnvironment(stack: DeployedStack): Readonly<Record<string, string>> {
  const { outputs } = stack;
  const place = placeOf(stack);
  const table = needed(stack, "TableName");
  const steps = needed(stack, "StepQueueUrl");
  const dead = needed(stack, "StepDeadLetterQueueUrl");
  const { FilesBucketName: bucket, JobDeadLetterQueueUrl: deadJobs, JobQueueUrl: jobs } = outputs;
  return {
    AWS_REGION: place.region,
    [environmentNames.table]: table,
    [environmentNames.stepQueueUrl]: steps,
    [environmentNames.stepDeadLetterArn]: arnOf(dead, place),
    // No step runs in this process: the settings only have to be possible ones.
    [environmentNames.functionTimeout]: String(MAX_FUNCTION_TIMEOUT),
    [environmentNames.visibilityTimeout]: String(MAX_FUNCTION_TIMEOUT),
    ...(bucket === undefined ? {} : { [environmentNames.bucket]: bucket }),
    ...(jobs === undefined || deadJobs === undefined
      ? {}
      : {
          [environmentNames.jobQueueUrl]: jobs,
          [environmentNames.jobDeadLetterUrl]: deadJobs,
          [environmentNames.jobQueueArn]: arnOf(jobs, place),
        }),
  };
}

interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The stack's ARN says where all of it is. */
function placeOf({ id, name }: DeployedStack): Place {
  const [, partition, , region, account] = id.split(":");
  if (partition && region && account) return { partition, region, account };
  throw new CliError("not-stephooks", `The stack ${name} has the id ${id}, which is no ARN: check the region.`);
}

function arnOf(queueUrl: string, { account, partition, region }: Place): string {
  return `arn:${partition}:sqs:${region}:${account}:${new URL(queueUrl).pathname.split("/").at(-1) ?? ""}`;
}

function needed({ name, outputs, status }: DeployedStack, output: string): string {
  const value = outputs[output];
  if (value !== undefined && value !== "") return value;
  if (/IN_PROGRESS$|FAILED$|^ROLLBACK_COMPLETE$/.test(status)) {
    throw new CliError(
      "stack-not-ready",
      `The stack ${name} is ${status} and has no output ${output}: deploy it first.`,
    );
  }
  throw new CliError(
    "not-stephooks",
    `The stack ${name} has no output ${output}: it was not made from the template of stephooks. Name another with --stack.`,
  );
}
