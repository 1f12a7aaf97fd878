import { describe, expect, test } from "vitest";
import { isRecord } from "@stephooks/core";
import { bootstrapTemplate, buildTemplate, readTemplate, type TemplateResource } from "../src/index.ts";
import { fullManifest } from "./sample-manifest.ts";
import { propertiesOf, resourcesOfType } from "./template-parts.ts";

/* What the issue asks of a template that runs in somebody's account, a sentence a test. */

const template = buildTemplate(fullManifest(50_000), { codeUri: "dist/", variables: ["STRIPE_KEY"] });
const bootstrap = readTemplate(bootstrapTemplate());
const all = Object.entries(template.Resources);

const alarmsOn = (metric: string): string[] =>
  resourcesOfType(template, "AWS::CloudWatch::Alarm").flatMap(([id, { Properties }]) =>
    Properties["MetricName"] === metric ? [id] : [],
  );
const ofTypes = (...types: string[]): [string, TemplateResource][] =>
  all.filter(([, { Type }]) => types.includes(Type));

describe("alarms", () => {
  test("watch the depth of every dead-letter queue", () => {
    const dead = all.flatMap(([id, { Type }]) => (Type === "AWS::SQS::Queue" && /DeadLetter/.test(id) ? [id] : []));
    expect(dead).toEqual(["StepDeadLetterQueue", "JobDeadLetterQueue"]);
    const watched = alarmsOn("ApproximateNumberOfMessagesVisible").map(
      (id) => propertiesOf(template, id)["Dimensions"],
    );
    expect(watched).toEqual(dead.map((id) => [{ Name: "QueueName", Value: { "Fn::GetAtt": [id, "QueueName"] } }]));
  });

  test("watch the age of the oldest message of every queue that is worked on", () => {
    const watched = alarmsOn("ApproximateAgeOfOldestMessage").map((id) => propertiesOf(template, id)["Dimensions"]);
    expect(watched).toEqual(
      ["StepQueue", "JobQueue"].map((id) => [{ Name: "QueueName", Value: { "Fn::GetAtt": [id, "QueueName"] } }]),
    );
  });

  test("watch the throttling of both functions and of the table", () => {
    expect(alarmsOn("Throttles")).toEqual(["HttpThrottlesAlarm", "WorkerThrottlesAlarm"]);
    expect(alarmsOn("WriteThrottleEvents")).toEqual([
      "TableThrottlesAlarm",
      "DueIndexThrottlesAlarm",
      "ListIndexThrottlesAlarm",
    ]);
  });
});

test("metrics by EMF need no right and no resource: they are lines of the log", () => {
  expect(JSON.stringify(template)).not.toContain("PutMetricData");
  expect(JSON.stringify(template)).not.toContain("AWS::Logs::MetricFilter");
});

test("logs are kept for a time, and every function logs to a group that says which", () => {
  const groups = ofTypes("AWS::Logs::LogGroup");
  for (const [, { Properties }] of groups) expect(Properties["RetentionInDays"]).toEqual({ Ref: "LogRetentionDays" });
  expect(template.Parameters["LogRetentionDays"]).toMatchObject({ Default: 30 });
  const ids = groups.map(([id]) => id);
  const functions = ofTypes("AWS::Serverless::Function");
  expect(functions.length).toBeGreaterThan(2);
  for (const [, { Properties }] of functions) {
    expect(Properties["LoggingConfig"]).toEqual({ LogGroup: { Ref: expect.toSatisfy((id) => ids.includes(id)) } });
  }
});

describe("encryption", () => {
  test("at rest: queues by SQS, the code's bucket by S3; a table, a bucket and variables need no setting", () => {
    for (const [, { Properties }] of ofTypes("AWS::SQS::Queue")) expect(Properties["SqsManagedSseEnabled"]).toBe(true);
    expect(bootstrap.resources["CodeBucket"]?.properties["BucketEncryption"]).toMatchObject({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
    });
    // Nothing turns off, or pays for, what is always on.
    for (const [id] of ofTypes("AWS::DynamoDB::Table", "AWS::S3::Bucket")) {
      expect(propertiesOf(template, id)).not.toHaveProperty("SSESpecification");
      expect(propertiesOf(template, id)).not.toHaveProperty("BucketEncryption");
    }
    expect(template.Parameters).toMatchObject({ ApiKeySha256: { NoEcho: true } });
    const variables = Object.entries(template.Parameters).filter(([id]) => id.startsWith("Variable"));
    expect(variables.map(([, { NoEcho: hidden }]) => hidden)).toEqual([true]);
  });

  test("on the way: every queue and bucket refuses what does not come over TLS", () => {
    const guarded = (resources: readonly unknown[], type: string): readonly unknown[] =>
      resources.flatMap((resource) => {
        if (!isRecord(resource) || (resource["Type"] ?? resource["type"]) !== type) return [];
        const properties = resource["Properties"] ?? resource["properties"];
        expect(properties).toMatchObject({
          PolicyDocument: {
            Statement: [{ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
          },
        });
        return isRecord(properties) ? [properties["Queues"] ?? properties["Bucket"]].flat() : [];
      });
    const resources = Object.values(template.Resources);
    expect(guarded(resources, "AWS::SQS::QueuePolicy")).toEqual(
      ofTypes("AWS::SQS::Queue").map(([id]) => ({ Ref: id })),
    );
    expect(guarded(resources, "AWS::S3::BucketPolicy")).toEqual([{ Ref: "FilesBucket" }]);
    expect(guarded(Object.values(bootstrap.resources), "AWS::S3::BucketPolicy")).toEqual([{ Ref: "CodeBucket" }]);
  });
});

test("public access to every bucket is blocked, in all four ways", () => {
  const block = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
  const buckets = [
    ...ofTypes("AWS::S3::Bucket").map(([, { Properties }]) => Properties),
    bootstrap.resources["CodeBucket"]?.properties,
  ];
  expect(buckets).toHaveLength(2);
  for (const bucket of buckets) expect(bucket?.["PublicAccessBlockConfiguration"]).toEqual(block);
});

test("what holds data is kept when the stack goes and when it would be replaced; nothing else is", () => {
  const kept = all.filter(([, { DeletionPolicy: goes }]) => goes !== undefined);
  expect(kept.map(([id]) => id)).toEqual(["Table", "FilesBucket"]);
  for (const [, resource] of kept) {
    expect(resource).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
  }
  expect(propertiesOf(template, "Table")).toMatchObject({
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
});

test("everything that holds data or costs something is tagged with the stack", () => {
  const listed = ofTypes(
    ...["AWS::DynamoDB::Table", "AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::SQS::Queue"],
  );
  expect(listed.length).toBeGreaterThan(9);
  for (const [id, { Properties }] of listed) {
    expect([id, Properties["Tags"]]).toEqual([id, [{ Key: "stephooks:stack", Value: { Ref: "AWS::StackName" } }]]);
  }
  const tags = { "stephooks:stack": { Ref: "AWS::StackName" } };
  expect(template.Globals).toMatchObject({ Function: { Tags: tags } });
  expect(propertiesOf(template, "HttpApi")).toMatchObject({ Tags: tags });
});
