import { describe, expect, test } from "vitest";
import { environmentNames, stepQueueDefinition } from "@stephooks/aws/resources";
import { buildTemplate } from "../src/index.ts";
import { policyTable } from "./policy-table.ts";
import { sampleManifest } from "./sample-manifest.ts";
import { propertiesOf, resourcesOfType } from "./template-parts.ts";

const options = { codeUri: "dist/" };
const template = buildTemplate(sampleManifest(120_000, 45_000), options);

describe("an app that keeps files", () => {
  const manifest = { ...sampleManifest(50_000), files: { source: [], stored: true } };
  const withFiles = buildTemplate(manifest, options);

  test("has a private bucket that outlives the stack, and both functions know its name", () => {
    expect(withFiles.Resources["FilesBucket"]).toMatchObject({
      Type: "AWS::S3::Bucket",
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    expect(JSON.stringify(withFiles.Globals)).toContain('"STEPHOOKS_BUCKET":{"Ref":"FilesBucket"}');
    expect(withFiles.Outputs["FilesBucketName"]).toBeDefined();
  });

  test("grants its functions the calls of the blob store, and nobody a call without TLS", () => {
    const added = policyTable(withFiles).filter((row) => !policyTable(template).includes(row));
    const objects = "FilesBucket.Arn/*";
    const calls = ["GetObject", "PutObject", "DeleteObject"].map((name) => `Allow s3:${name} ${objects}`);
    expect(added.toSorted()).toEqual(
      [
        ...["HttpRole", "WorkerRole"].flatMap((role) =>
          [...calls, "Allow s3:ListBucket FilesBucket.Arn"].map((row) => `${role} ${row}`),
        ),
        "FilesBucketPolicy Deny s3:* FilesBucket.Arn",
        "FilesBucketPolicy Deny s3:* FilesBucket.Arn/*",
      ].toSorted(),
    );
  });

  test("another app has no bucket, and nothing of it", () => {
    expect(JSON.stringify(template)).not.toMatch(/S3|s3:|FilesBucket|BUCKET/);
  });
});

describe("timings", () => {
  test.each([
    ["no workflow", [], 60, 90],
    ["a short step", [1_500], 12, 42],
    ["the longest of several", [30_000, 120_000], 130, 160],
    ["Lambda's limit", [900_000], 900, 930],
  ])("%s", (_name, timeouts, functionTimeout, visibility) => {
    const { Globals, Resources } = buildTemplate(sampleManifest(...timeouts), options);
    expect(Resources["WorkerFunction"]?.Properties["Timeout"]).toBe(functionTimeout);
    expect(Resources["StepQueue"]?.Properties["VisibilityTimeout"]).toBe(visibility);
    expect(Resources["StepDeadLetterQueue"]?.Properties["VisibilityTimeout"]).toBe(visibility);
    expect(Globals).toMatchObject({
      Function: {
        Environment: {
          Variables: {
            [environmentNames.functionTimeout]: String(functionTimeout),
            [environmentNames.visibilityTimeout]: String(visibility),
          },
        },
      },
    });
  });

  test("every queue a function drains hides a message 30 s longer than the function runs", () => {
    for (const [, queue] of resourcesOfType(template, "AWS::SQS::Queue")) {
      const timeout = Number(propertiesOf(template, "WorkerFunction")["Timeout"]);
      expect(Number(queue.Properties["VisibilityTimeout"])).toBeGreaterThanOrEqual(timeout + 30);
    }
  });

  test("the Http function ends before the API's 30 seconds", () => {
    expect(propertiesOf(template, "HttpFunction")["Timeout"]).toBe(29);
  });
});

describe("queues", () => {
  test("every queue has a dead-letter queue or is one", () => {
    const targets = resourcesOfType(template, "AWS::SQS::Queue").flatMap(([, queue]) => {
      const redrive = queue.Properties["RedrivePolicy"];
      return redrive === undefined ? [] : [redrive];
    });
    expect(targets).toEqual([
      {
        deadLetterTargetArn: { "Fn::GetAtt": ["StepDeadLetterQueue", "Arn"] },
        maxReceiveCount: stepQueueDefinition.maxReceiveCount,
      },
    ]);
    expect(resourcesOfType(template, "AWS::SQS::Queue").map(([id]) => id)).toEqual([
      "StepQueue",
      "StepDeadLetterQueue",
    ]);
  });

  test("messages are encrypted and kept two weeks", () => {
    for (const [, queue] of resourcesOfType(template, "AWS::SQS::Queue")) {
      expect(queue.Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    }
  });

  test("the worker takes both in batches whose messages fail one by one, without a window", () => {
    expect(
      resourcesOfType(template, "AWS::Lambda::EventSourceMapping").map(([, { Properties }]) => Properties),
    ).toEqual(
      ["StepQueue", "StepDeadLetterQueue"].map((queue) => ({
        EventSourceArn: { "Fn::GetAtt": [queue, "Arn"] },
        FunctionName: { Ref: "WorkerFunction" },
        BatchSize: stepQueueDefinition.batchSize,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      })),
    );
  });

  test("Lambda does not stop the worker's loop through the queue", () => {
    expect(propertiesOf(template, "WorkerFunction")["RecursiveLoop"]).toBe("Allow");
  });
});

describe("functions", () => {
  test("are the same bundle with the same settings", () => {
    expect(template.Globals).toMatchObject({
      Function: {
        CodeUri: "dist/",
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        MemorySize: 256,
      },
    });
    expect(resourcesOfType(template, "AWS::Serverless::Function").map(([id]) => id)).toEqual([
      "HttpFunction",
      "WorkerFunction",
      "StreamFunction",
    ]);
  });

  test("get every variable the handler reads but those of the local stack", () => {
    // Lambda itself says where its code is; a bucket and the jobs' queues are there when the app uses them.
    const isAbsent =
      /^(?:access|bucket|bundle|errorDetails|history|jobDeadLetterUrl|jobQueueArn|jobQueueUrl|sourceFolder|\w+Endpoint)$/;
    const { work, ...others } = environmentNames;
    const names = Object.entries(others);
    const deployed = names.filter(([name]) => !isAbsent.test(name)).map(([, variable]) => variable);
    expect(Object.keys(variables()).toSorted()).toEqual(deployed.toSorted());
    const text = JSON.stringify(template);
    for (const [name, variable] of names) if (isAbsent.test(name)) expect(text).not.toContain(variable);
    // What works on messages is loaded at the start of the function that gets them, and of no other.
    const worker = { Environment: { Variables: { [work]: "messages" } } };
    expect(template.Resources["WorkerFunction"]?.Properties).toMatchObject(worker);
    expect(template.Resources["HttpFunction"]?.Properties).not.toHaveProperty("Environment");
  });

  test("log into groups of their own that expire", () => {
    for (const name of ["Http", "Worker"]) {
      expect(propertiesOf(template, `${name}Function`)["LoggingConfig"]).toEqual({
        LogGroup: { Ref: `${name}LogGroup` },
      });
      expect(propertiesOf(template, `${name}LogGroup`)).toMatchObject({ RetentionInDays: { Ref: "LogRetentionDays" } });
    }
  });

  function variables(): Record<string, unknown> {
    const globals = JSON.parse(JSON.stringify(template.Globals)) as {
      Function: { Environment: { Variables: Record<string, unknown> } };
    };
    return globals.Function.Environment.Variables;
  }
});

describe("parameters", () => {
  test.each([
    ["", true],
    ["0".repeat(64), true],
    ["f".repeat(64), true],
    ["F".repeat(64), false],
    ["0".repeat(63), false],
    ["0".repeat(65), false],
  ])("the key's digest %j is accepted: %s", (digest, accepted) => {
    const pattern = template.Parameters["ApiKeySha256"]?.["AllowedPattern"];
    if (typeof pattern !== "string") throw new Error("no pattern");
    expect(new RegExp(pattern).test(digest)).toBe(accepted);
  });

  test("the key's digest is not shown", () => {
    expect(template.Parameters["ApiKeySha256"]).toMatchObject({ NoEcho: true, Default: "" });
  });

  test("logs are kept 30 days unless told otherwise", () => {
    expect(template.Parameters["LogRetentionDays"]).toMatchObject({ Default: 30 });
  });
});

test("the outputs are what a person needs next", () => {
  expect(Object.keys(template.Outputs)).toEqual([
    "ApiUrl",
    "StreamUrl",
    "TableName",
    "StepQueueUrl",
    "StepDeadLetterQueueUrl",
  ]);
});

describe("what cannot be rendered is refused", () => {
  test.each([
    ["an unknown manifest version", { ...sampleManifest(), version: 2 as 1 }, options, "bad-manifest"],
    ["a timeout that is no number", sampleManifest(Number.NaN), options, "bad-manifest"],
    ["a timeout of zero", sampleManifest(0), options, "bad-manifest"],
    ["no code", sampleManifest(), { codeUri: "" }, "bad-option"],
    ["code that CloudFormation would resolve", sampleManifest(), { codeUri: "{{resolve:ssm:x}}" }, "bad-option"],
    ["a handler without an export", sampleManifest(), { ...options, handler: "index" }, "bad-option"],
    ["a handler with a substitution", sampleManifest(), { ...options, handler: "index.${x}" }, "bad-option"],
  ])("%s", (_name, manifest, given, code) => {
    expect(() => buildTemplate(manifest, given)).toThrow(expect.objectContaining({ code }));
  });
});
