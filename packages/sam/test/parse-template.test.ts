import { expect, test } from "vitest";
import { buildTemplate, parseTemplate, renderTemplate, SamError } from "../src/index.ts";
import { sampleManifest } from "./sample-manifest.ts";

const options = { codeUri: "dist/" };

test("what was rendered is read as it was built", () => {
  const manifest = sampleManifest(50_000);
  const { Globals, Parameters, Resources } = buildTemplate(manifest, options);
  expect(parseTemplate(renderTemplate(manifest, options))).toMatchObject({ Globals, Parameters, Resources });
});

test("a template without parameters and globals has none", () => {
  const text = "Resources: { Queue: { Type: AWS::SQS::Queue, Properties: {} } }";
  expect(parseTemplate(text)).toMatchObject({ Parameters: {}, Globals: {} });
});

test.each([
  ["no YAML", "a: [1"],
  ["empty", ""],
  ["without resources", "Parameters: {}"],
  ["with a resource without properties", "Resources: { Queue: { Type: AWS::SQS::Queue } }"],
])("a text that is %s is refused", (_what, text) => {
  expect(() => parseTemplate(text)).toThrow(SamError);
  expect(() => parseTemplate(text)).toThrow(expect.objectContaining({ code: "bad-template" }));
});
