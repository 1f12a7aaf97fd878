import { tableDefinition } from "@stephooks/aws/resources";
import { describe, expect, test } from "vitest";
import { buildTemplate, variableParameter } from "../src/index.ts";
import { fullManifest, sampleManifest } from "./sample-manifest.ts";
import { propertiesOf, resourcesOfType } from "./template-parts.ts";

const options = { codeUri: "dist/" };
const template = buildTemplate(fullManifest(50_000), options);
const alarms = resourcesOfType(template, "AWS::CloudWatch::Alarm");

test("dead letters, work that waits, and throttling have an alarm; jobs only where there are workers", () => {
  expect(alarms.map(([id]) => id)).toEqual([
    "StepDeadLettersAlarm",
    "StepAgeAlarm",
    "JobDeadLettersAlarm",
    "JobAgeAlarm",
    "HttpThrottlesAlarm",
    "WorkerThrottlesAlarm",
    "TableThrottlesAlarm",
    "DueIndexThrottlesAlarm",
    "ListIndexThrottlesAlarm",
  ]);
  const small = buildTemplate(sampleManifest(50_000), options);
  expect(resourcesOfType(small, "AWS::CloudWatch::Alarm").map(([id]) => id)).not.toContain("JobAgeAlarm");
});

test("each watches a resource of the template, and can be left out", () => {
  for (const [, { Condition, Properties }] of alarms) {
    expect(Condition).toBe("HasAlarms");
    const [, target = ""] = /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(JSON.stringify(Properties["Dimensions"])) ?? [];
    expect(Object.keys(template.Resources)).toContain(target);
    expect(Properties["TreatMissingData"]).toBe("notBreaching");
  }
  expect(template.Parameters["Alarms"]).toMatchObject({ Default: "yes", AllowedValues: ["no", "yes"] });
});

test("a throttled index is seen: CloudWatch counts it by table and index, and not with the table's own", () => {
  const watched = alarms.flatMap(([, { Properties }]) =>
    Properties["MetricName"] === "WriteThrottleEvents" ? [Properties["Dimensions"]] : [],
  );
  const table = { Name: "TableName", Value: { Ref: "Table" } };
  const index = (name: string) => [table, { Name: "GlobalSecondaryIndexName", Value: name }];
  expect(watched).toEqual([[table], ...tableDefinition.indexes.map(({ name }) => index(name))]);
});

test("a step that is delayed and received twice is no alarm", () => {
  const { Threshold } = propertiesOf(template, "StepAgeAlarm");
  const visibility = Number(propertiesOf(template, "StepQueue")["VisibilityTimeout"]);
  expect(Number(Threshold)).toBeGreaterThanOrEqual(900 + 2 * visibility);
});

describe("tags", () => {
  test("what costs something or holds data is tagged with the stack's name", () => {
    const tag = [{ Key: "stephooks:stack", Value: { Ref: "AWS::StackName" } }];
    for (const id of ["Table", "FilesBucket", "StepQueue", "JobQueue", "HttpLogGroup", "HttpRole", "TickRole"]) {
      expect(propertiesOf(template, id)["Tags"]).toEqual(tag);
    }
    const inSam = { "stephooks:stack": { Ref: "AWS::StackName" } };
    expect(template.Globals).toMatchObject({ Function: { Tags: inSam } });
    expect(propertiesOf(template, "HttpApi")["Tags"]).toEqual(inSam);
  });
});

describe("environment variables of a stage", () => {
  const withVariables = buildTemplate(sampleManifest(), { ...options, variables: ["STRIPE_KEY", "MAIL_FROM"] });

  test("each is a parameter nobody is shown, whose name stays when others come or go", () => {
    const text = JSON.stringify(withVariables.Globals);
    const [, id = ""] = /"STRIPE_KEY":\{"Ref":"(\w+)"\}/.exec(text) ?? [];
    expect(withVariables.Parameters[id]).toMatchObject({ Type: "String", NoEcho: true });
    expect(withVariables.Parameters[id]).not.toHaveProperty("Default");
    const alone = buildTemplate(sampleManifest(), { ...options, variables: ["STRIPE_KEY"] });
    expect(Object.keys(alone.Parameters)).toContain(id);
  });

  test("options of Node that the stage sets itself count more than those for source maps", () => {
    const nodeOptions = (...variables: string[]): unknown =>
      buildTemplate(sampleManifest(), { ...options, sourceMaps: true, variables }).Globals;
    expect(nodeOptions()).toMatchObject({
      Function: { Environment: { Variables: { NODE_OPTIONS: "--enable-source-maps" } } },
    });
    expect(nodeOptions("NODE_OPTIONS")).toMatchObject({
      Function: { Environment: { Variables: { NODE_OPTIONS: { Ref: variableParameter("NODE_OPTIONS") } } } },
    });
  });

  test("a name of ours, and more than fit, are refused", () => {
    expect(() => buildTemplate(sampleManifest(), { ...options, variables: ["STEPHOOKS_ACCESS"] })).toThrow(
      expect.objectContaining({ code: "bad-option" }),
    );
    const many = Array.from({ length: 151 }, (_, index) => `NAME_${index}`);
    expect(() => buildTemplate(sampleManifest(), { ...options, variables: many })).toThrow(/150 fit/);
  });
});
