import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isRecord } from "@stephooks/core";
import { buildTemplate, renderTemplate } from "../src/index.ts";
import { schemaFindings } from "./resource-schema.ts";
import { fullManifest, sampleManifest } from "./sample-manifest.ts";
import { checkTemplates, type SamReport, samToolsMissing } from "./sam-tools.ts";

const options = { codeUri: "s3://bundles/app.zip" };
const text = renderTemplate(fullManifest(50_000), options);

/** Mistakes, each made in an otherwise good template. */
const mistakes: readonly [name: string, right: RegExp, wrong: string, finding: RegExp][] = [
  ["a value of the wrong type", /BatchSize: 10/, "BatchSize: ten", /'ten' is not of type 'integer'/],
  ["an unknown property of a function", /RecursiveLoop:/, "RecursiveLop:", /RecursiveLop/],
  ["an unknown property of a queue", /SqsManagedSseEnabled:/, "SqsManagedSse:", /SqsManagedSse/],
  ["an unknown property of a schedule", /ScheduleExpressionTimezone:/, "TimeZone:", /TimeZone/],
  ["a queue that may be FIFO", /FifoQueue: true/, "FifoQueue: maybe", /maybe/],
  ["a reference to nothing", /!Ref StepQueue\n/, "!Ref StepQueu\n", /StepQueu/],
  ["an attribute that does not exist", /!GetAtt HttpRole.Arn/, "!GetAtt HttpRole.Arm", /Arm/],
  ["a default that is not allowed", /Default: 30/, "Default: 31", /Default should be a value within AllowedValues/],
];

const missing = samToolsMissing();
let reports: readonly SamReport[] = [];

beforeAll(() => {
  if (missing !== undefined) return;
  const bare = renderTemplate(sampleManifest(50_000), options);
  reports = checkTemplates([text, bare, ...mistakes.map(([, right, wrong]) => text.replace(right, wrong))]);
}, 120_000);

function good(): SamReport {
  const [report] = reports;
  if (report === undefined) throw new Error("no report");
  return report;
}

describe("AWS's own tools", () => {
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });

  test.each([
    ["that uses everything", 0],
    ["that uses only what every app has", 1],
  ])("cfn-lint and the SAM transform accept the template of an app %s", (_name, index) => {
    expect(reports[index]).toMatchObject({ source: [], transformed: [], failure: "" });
  });

  test("the transform adds the API's parts and nothing that grants more", () => {
    const { resources } = good();
    const ours = Object.keys(buildTemplate(fullManifest(50_000), options).Resources);
    expect(Object.keys(resources).filter((id) => !ours.includes(id))).toEqual([
      "HttpFunctionEveryRequestPermission",
      "StreamFunctionUrl",
      "StreamFunctionUrlPublicPermissions",
      "StreamFunctionURLInvokeAllowPublicAccess",
      "HttpApiApiGatewayDefaultStage",
    ]);
    expect(resources["WorkerFunction"]).toMatchObject({
      Properties: { RecursiveLoop: "Allow", Runtime: "nodejs24.x" },
    });
    expect(JSON.stringify(resources["HttpApi"])).toMatch(/"\$default".*"payloadFormatVersion": ?"2\.0"/);
    expect(JSON.stringify(resources)).not.toContain("ManagedPolicyArns");
  });

  test("every transformed resource fits CloudFormation's schema", () => {
    const findings = Object.values(good().resources).flatMap((resource) =>
      isRecord(resource) ? schemaFindings(String(resource["Type"]), resource["Properties"]) : ["not a resource"],
    );
    expect(findings).toEqual([]);
  });

  test.each(mistakes.map((mistake, index) => [...mistake, index] as const))(
    "they notice %s",
    (_name, right, _wrong, finding, index) => {
      expect(text).toMatch(right);
      const { source = [], transformed = [], failure = "" } = reports[index + 2] ?? {};
      expect([...source, ...transformed, failure].join("\n")).toMatch(finding);
    },
  );
});
