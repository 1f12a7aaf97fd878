import { describe, expect, test } from "vitest";
import { environmentNames } from "@stephooks/aws/resources";
import type { WorkerManifest } from "@stephooks/core";
import { buildTemplate, type SamTemplate } from "../src/index.ts";
import { policyTable } from "./policy-table.ts";
import { sampleManifest } from "./sample-manifest.ts";

const options = { codeUri: "dist/" };
const bare = buildTemplate(sampleManifest(50_000), options);

const orders = "arn:aws:sqs:eu-central-1:123456789012:orders";
const refunds = "arn:aws:sqs:eu-central-1:123456789012:refunds.fifo";

function withWorkers(...workers: readonly Partial<WorkerManifest>[]): SamTemplate {
  const all = workers.map((worker, index) => ({ topic: `topic${index}`, slots: 1, timeout: 50_000, ...worker }));
  return buildTemplate({ ...sampleManifest(50_000), workers: all }, options);
}

/** Names in the second template and not in the first. */
function added(before: object, after: object): string[] {
  return Object.keys(after).filter((name) => !Object.keys(before).includes(name));
}

function newRows(template: SamTemplate): string[] {
  return policyTable(template).filter((row) => !policyTable(bare).includes(row));
}

function variables(template: SamTemplate): Record<string, unknown> {
  const globals: { Function: { Environment: { Variables: Record<string, unknown> } } } = JSON.parse(
    JSON.stringify(template.Globals),
  );
  return globals.Function.Environment.Variables;
}

const consume = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

describe("an app with workers", () => {
  const template = withWorkers({}, { slots: 4 });

  test("has a FIFO queue for their jobs, with a FIFO dead-letter queue, however many they are", () => {
    expect(added(bare.Resources, template.Resources)).toEqual([
      "JobQueue",
      "JobQueuePolicy",
      "JobDeadLetterQueue",
      "JobDeadLetterQueuePolicy",
      "JobQueueMapping",
      "JobDeadLettersAlarm",
      "JobAgeAlarm",
    ]);
    const common = {
      FifoQueue: true,
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
      VisibilityTimeout: 90,
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
      Tags: [{ Key: "stephooks:stack", Value: { Ref: "AWS::StackName" } }],
    };
    expect(template.Resources["JobQueue"]?.Properties).toEqual({
      ...common,
      RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["JobDeadLetterQueue", "Arn"] }, maxReceiveCount: 1_000 },
    });
    expect(template.Resources["JobDeadLetterQueue"]?.Properties).toEqual(common);
  });

  test("hands its worker batches whose jobs fail one by one, without a window, which FIFO queues have none of", () => {
    expect(template.Resources["JobQueueMapping"]?.Properties).toEqual({
      EventSourceArn: { "Fn::GetAtt": ["JobQueue", "Arn"] },
      FunctionName: { Ref: "WorkerFunction" },
      BatchSize: 10,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
  });

  test("lets requests send jobs, and the worker receive, send, put back and bury them", () => {
    const expected = [
      "HttpRole Allow sqs:SendMessage JobQueue.Arn",
      ...[...consume, "SendMessage", "ChangeMessageVisibility"].map(
        (name) => `WorkerRole Allow sqs:${name} JobQueue.Arn`,
      ),
      "WorkerRole Allow sqs:SendMessage JobDeadLetterQueue.Arn",
      "JobQueuePolicy Deny sqs:* JobQueue.Arn",
      "JobDeadLetterQueuePolicy Deny sqs:* JobDeadLetterQueue.Arn",
    ];
    expect(newRows(template).toSorted()).toEqual(expected.toSorted());
  });

  test("tells both functions where the queues are", () => {
    const names = added(variables(bare), variables(template));
    expect(Object.fromEntries(names.map((name) => [name, variables(template)[name]]))).toEqual({
      [environmentNames.jobQueueUrl]: { Ref: "JobQueue" },
      [environmentNames.jobDeadLetterUrl]: { Ref: "JobDeadLetterQueue" },
      [environmentNames.jobQueueArn]: { "Fn::GetAtt": ["JobQueue", "Arn"] },
    });
    expect(added(bare.Outputs, template.Outputs)).toEqual(["JobQueueUrl", "JobDeadLetterQueueUrl"]);
  });
});

describe("an app whose workers read queues of the account", () => {
  const template = withWorkers({ sourceArn: orders }, { sourceArn: refunds });

  test("maps each queue to its worker and has none of its own", () => {
    const mappings = added(bare.Resources, template.Resources);
    expect(mappings.map((id) => template.Resources[id])).toEqual(
      [orders, refunds].map((arn) => ({
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: arn,
          FunctionName: { Ref: "WorkerFunction" },
          BatchSize: 10,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
        },
      })),
    );
    expect(variables(template)).toEqual(variables(bare));
  });

  test("may consume from exactly these, and send to none of them", () => {
    expect(newRows(template)).toEqual(
      consume.flatMap((name) => [orders, refunds].map((queue) => `WorkerRole Allow sqs:${name} ${queue}`)),
    );
  });

  test("keeps a queue's mapping when another worker comes or goes", () => {
    const [first] = added(bare.Resources, template.Resources);
    expect(added(bare.Resources, withWorkers({}, { sourceArn: orders }).Resources)).toContain(first);
    expect(first).toMatch(/^SourceMapping[0-9a-f]{12}$/);
  });
});

test("an app without workers and scheduled jobs has nothing of them", () => {
  expect(JSON.stringify(bare)).not.toMatch(/Job|JOB|fifo|Fifo|"SourceMapping|Tick/);
});

describe("timings", () => {
  test.each([
    ["a job longer than every step", { timeout: 300_000 }, 310],
    ["a job shorter than a step", { timeout: 1_000 }, 60],
    ["of a worker with a queue of the account", { sourceArn: orders, timeout: 300_000 }, 310],
  ])("%s", (_name, worker, functionTimeout) => {
    const { Resources } = withWorkers(worker);
    expect(Resources["WorkerFunction"]?.Properties["Timeout"]).toBe(functionTimeout);
    for (const id of ["StepQueue", "JobQueue", "JobDeadLetterQueue"]) {
      const visibility = Resources[id]?.Properties["VisibilityTimeout"] ?? functionTimeout + 30;
      expect(visibility).toBe(functionTimeout + 30);
    }
  });
});

describe("workers that cannot be rendered are refused", () => {
  test.each([
    ["a timeout that is no number", { timeout: Number.NaN }],
    ["a timeout of zero", { timeout: 0 }],
    ["a source that is no ARN", { sourceArn: "orders" }],
    ["a source of another service", { sourceArn: "arn:aws:sns:eu-central-1:123456789012:orders" }],
    ["a source that CloudFormation would resolve", { sourceArn: "arn:aws:sqs:eu:123456789012:{{resolve:ssm:x}}" }],
    ["a source for all queues", { sourceArn: "arn:aws:sqs:eu-central-1:123456789012:*" }],
  ])("%s", (_name, worker) => {
    expect(() => withWorkers(worker)).toThrow(expect.objectContaining({ code: "bad-manifest" }));
  });

  test("two that read the same queue", () => {
    expect(() => withWorkers({ sourceArn: orders }, { sourceArn: orders })).toThrow(/read the same queue/);
  });
});
