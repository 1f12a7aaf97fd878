import { describe, expect, test } from "vitest";
import { buildTemplate } from "../src/index.ts";
import { policyTable } from "./policy-table.ts";
import { sampleManifest } from "./sample-manifest.ts";
import { propertiesOf, resourcesOfType } from "./template-parts.ts";

const options = { codeUri: "dist/" };
const template = buildTemplate(sampleManifest(120_000, 45_000), options);

describe("permissions", () => {
  const table = ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"].map(
    (name) => `Allow dynamodb:${name} Table.Arn`,
  );
  const onQueue = (queue: string, actions: string[]) => actions.map((name) => `Allow sqs:${name} ${queue}.Arn`);
  const consume = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];
  const indexes = ["due", "list", "field1", "field2", "field3", "field4", "field5"];
  const query = indexes.map((name) => `Allow dynamodb:Query Table.Arn/index/${name}`);
  const logs = (group: string) => ["CreateLogStream", "PutLogEvents"].map((name) => `Allow logs:${name} ${group}.Arn`);

  test("each function may do exactly this", () => {
    const http = [...table, ...query, "Allow sqs:SendMessage StepQueue.Arn", ...logs("HttpLogGroup")];
    const worker = [
      ...table,
      ...query,
      ...onQueue("StepQueue", [...consume, "SendMessage", "ChangeMessageVisibility"]),
      ...onQueue("StepDeadLetterQueue", consume),
      ...logs("WorkerLogGroup"),
    ];
    const granted = policyTable(template).filter((row) => row.includes(" Allow ") && !row.includes("sts:AssumeRole"));
    const expected = [
      ...http.map((row) => `HttpRole ${row}`),
      ...worker.map((row) => `WorkerRole ${row}`),
      "SweepRole Allow lambda:InvokeFunction WorkerFunction.Arn",
    ];
    expect(granted.toSorted()).toEqual(expected.toSorted());
  });

  test("an asterisk stands only in what denies unencrypted calls", () => {
    expect(policyTable(template).filter((row) => row.includes("*"))).toEqual([
      "StepQueuePolicy Deny sqs:* StepQueue.Arn",
      "StepDeadLetterQueuePolicy Deny sqs:* StepDeadLetterQueue.Arn",
    ]);
  });

  test("each role is taken by the one service it is for, and no managed policy comes with it", () => {
    const roles = resourcesOfType(template, "AWS::IAM::Role");
    expect(roles.map(([id]) => id)).toEqual(["HttpRole", "WorkerRole", "SweepRole"]);
    for (const [id, role] of roles) {
      const service = id === "SweepRole" ? "scheduler.amazonaws.com" : "lambda.amazonaws.com";
      expect(Object.keys(role.Properties)).toEqual(["AssumeRolePolicyDocument", "Policies", "Tags"]);
      // The scheduler acts for every account: only for this one may it take the role.
      const ours = { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };
      const trust = {
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(id === "SweepRole" ? { Condition: ours } : {}),
      };
      expect(role.Properties["AssumeRolePolicyDocument"]).toMatchObject({ Statement: [trust] });
    }
  });

  test("each function has its own role, so SAM makes none", () => {
    expect(propertiesOf(template, "HttpFunction")["Role"]).toEqual({ "Fn::GetAtt": ["HttpRole", "Arn"] });
    expect(propertiesOf(template, "WorkerFunction")["Role"]).toEqual({ "Fn::GetAtt": ["WorkerRole", "Arn"] });
    for (const [, resource] of resourcesOfType(template, "AWS::Serverless::Function")) {
      expect(resource.Properties).not.toHaveProperty("Policies");
      expect(resource.Properties["Events"] ?? {}).not.toHaveProperty("*.Type", "SQS");
    }
  });

  test("every queue refuses calls without TLS", () => {
    const denied = resourcesOfType(template, "AWS::SQS::QueuePolicy").map(([, policy]) => policy.Properties);
    for (const [id] of resourcesOfType(template, "AWS::SQS::Queue")) {
      expect(denied).toContainEqual(
        expect.objectContaining({
          Queues: [{ Ref: id }],
          PolicyDocument: expect.objectContaining({
            Statement: [
              expect.objectContaining({
                Effect: "Deny",
                Principal: "*",
                Resource: { "Fn::GetAtt": [id, "Arn"] },
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              }),
            ],
          }),
        }),
      );
    }
  });
});
