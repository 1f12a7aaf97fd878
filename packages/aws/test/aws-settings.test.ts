import { isCodedError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { readAwsSettings } from "../src/lambda/index.ts";
import { environmentNames } from "../src/resources/index.ts";

const environment = {
  STEPHOOKS_TABLE: "orders",
  STEPHOOKS_STEP_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-steps",
  STEPHOOKS_STEP_DLQ_ARN: "arn:aws:sqs:eu-west-1:123456789012:orders-steps-dlq",
  STEPHOOKS_FUNCTION_TIMEOUT: "70",
  STEPHOOKS_VISIBILITY_TIMEOUT: "100",
};

test("the settings of the template are read", () => {
  expect(readAwsSettings(environment)).toEqual({
    table: "orders",
    stepQueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-steps",
    stepDeadLetterArn: "arn:aws:sqs:eu-west-1:123456789012:orders-steps-dlq",
    functionTimeout: 70,
    visibilityTimeout: 100,
  });
});

test("the queue URL of an emulator is accepted", () => {
  const stepQueueUrl = "http://sqs.us-east-1.localhost:4566/000000000000/orders-steps";
  expect(readAwsSettings({ ...environment, STEPHOOKS_STEP_QUEUE_URL: stepQueueUrl })).toMatchObject({ stepQueueUrl });
});

const jobs = {
  STEPHOOKS_JOB_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-jobs.fifo",
  STEPHOOKS_JOB_DLQ_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-jobs-dlq.fifo",
  STEPHOOKS_JOB_QUEUE_ARN: "arn:aws:sqs:eu-west-1:123456789012:orders-jobs.fifo",
};

describe("the job queue", () => {
  test("is read when the app has one", () => {
    expect(readAwsSettings({ ...environment, ...jobs }).jobs).toEqual({
      queueUrl: jobs.STEPHOOKS_JOB_QUEUE_URL,
      queueArn: jobs.STEPHOOKS_JOB_QUEUE_ARN,
      deadLetterUrl: jobs.STEPHOOKS_JOB_DLQ_URL,
    });
    const empty = Object.fromEntries(Object.keys(jobs).map((name) => [name, ""]));
    expect(readAwsSettings({ ...environment, ...empty })).not.toHaveProperty("jobs");
  });

  test.each(Object.keys(jobs).flatMap((name) => [[name, undefined] as const, [name, ""] as const]))(
    "is refused when only %s is %j",
    (name, value) => {
      expect(failure({ ...environment, ...jobs, [name]: value })).toEqual(["bad-setting", name]);
    },
  );

  test.each([
    [environmentNames.jobQueueUrl, "orders-jobs.fifo"],
    [environmentNames.jobQueueUrl, environment.STEPHOOKS_STEP_QUEUE_URL],
    [environmentNames.jobDeadLetterUrl, "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-jobs-dlq"],
    [environmentNames.jobQueueArn, environment.STEPHOOKS_STEP_DLQ_ARN],
    [environmentNames.jobQueueArn, "orders-jobs.fifo"],
  ])("is refused when %s = %j", (name, value) => {
    expect(failure({ ...environment, ...jobs, [name]: value })).toEqual(["bad-setting", name]);
  });
});

describe("a setting that is missing or empty is named", () => {
  const names = [
    environmentNames.table,
    environmentNames.stepQueueUrl,
    environmentNames.stepDeadLetterArn,
    environmentNames.functionTimeout,
    environmentNames.visibilityTimeout,
  ];

  test.each(names.flatMap((name) => [[name, undefined] as const, [name, ""] as const]))("%s = %j", (name, value) => {
    expect(failure({ ...environment, [name]: value })).toEqual(["missing-setting", name]);
  });
});

describe("a setting that cannot be right is named", () => {
  test.each([
    [environmentNames.table, "a b"],
    [environmentNames.stepQueueUrl, "orders-steps"],
    [environmentNames.stepQueueUrl, "ftp://example.com/queue"],
    [environmentNames.stepDeadLetterArn, "arn:aws:sns:eu-west-1:123456789012:topic"],
    [environmentNames.functionTimeout, "0"],
    [environmentNames.functionTimeout, "901"],
    [environmentNames.functionTimeout, "70s"],
    [environmentNames.functionTimeout, "1e2"],
    [environmentNames.visibilityTimeout, "69"],
    [environmentNames.visibilityTimeout, "43201"],
    [environmentNames.visibilityTimeout, "-5"],
  ])("%s = %j", (name, value) => {
    expect(failure({ ...environment, [name]: value })).toEqual(["bad-setting", name]);
  });
});

function failure(settings: Readonly<Record<string, string | undefined>>): readonly unknown[] {
  try {
    readAwsSettings(settings);
    return [];
  } catch (error) {
    if (!isCodedError(error)) throw error;
    expect(error.message).toContain(String(error.details.variable));
    return [error.code, error.details.variable];
  }
}
