import { describe, expect, test } from "vitest";
import { isRecord } from "@stephooks/core";
import { buildTemplate } from "../src/index.ts";
import { schemaFindings } from "./resource-schema.ts";
import { fullManifest } from "./sample-manifest.ts";

const resources = Object.entries(buildTemplate(fullManifest(50_000), { codeUri: "dist/" }).Resources);
const plain = resources.filter(([, { Type }]) => !Type.startsWith("AWS::Serverless::"));

test.each(plain)("%s fits CloudFormation's schema", (_id, { Type, Properties }) => {
  expect(schemaFindings(Type, Properties)).toEqual([]);
});

describe("the schema check notices", () => {
  const properties = (id: string) => structuredClone(Object.fromEntries(plain)[id]?.Properties ?? {});

  test("an unknown property", () => {
    expect(schemaFindings("AWS::SQS::Queue", { ...properties("StepQueue"), VisibilityTimout: 90 })).toEqual([
      "AWS::SQS::Queue.VisibilityTimout is unknown",
    ]);
  });

  test("a value of the wrong type", () => {
    const mapping = { ...properties("StepQueueMapping"), BatchSize: "ten" };
    expect(schemaFindings("AWS::Lambda::EventSourceMapping", mapping)).toEqual([
      "AWS::Lambda::EventSourceMapping.BatchSize is not a whole number",
    ]);
  });

  test("a missing property, and a wrong one two levels down", () => {
    const { KeySchema: _removed, ...table } = properties("Table");
    const [index] = [table["GlobalSecondaryIndexes"]].flat();
    const broken = { ...(isRecord(index) ? index : {}), Projection: { ProjectionTyp: "KEYS_ONLY" } };
    expect(schemaFindings("AWS::DynamoDB::Table", { ...table, GlobalSecondaryIndexes: [broken] })).toEqual([
      "AWS::DynamoDB::Table.KeySchema is missing",
      "AWS::DynamoDB::Table.GlobalSecondaryIndexes[0].Projection.ProjectionTyp is unknown",
    ]);
  });

  test("a resource type that does not exist", () => {
    expect(schemaFindings("AWS::SQS::Topic", {})).toEqual(["AWS::SQS::Topic is unknown"]);
  });
});
