import { expect, test } from "vitest";
import { buildTemplate } from "../src/index.ts";
import { sampleManifest } from "./sample-manifest.ts";

const template = buildTemplate(sampleManifest(), { codeUri: "dist/" });

test("the function that streams is made on request, with the rights of the one that does not", () => {
  const { StreamFunction: streaming, HttpFunction: collecting } = template.Resources;
  expect(template.Conditions).toMatchObject({ HasStreamUrl: { "Fn::Equals": [{ Ref: "StreamUrl" }, "yes"] } });
  expect(streaming?.Condition).toBe("HasStreamUrl");
  expect(template.Outputs["StreamUrl"]?.Condition).toBe("HasStreamUrl");
  expect(template.Parameters["StreamUrl"]).toMatchObject({ Default: "no" });
  const withChannels = buildTemplate({ ...sampleManifest(), streams: true }, { codeUri: "dist/" });
  expect(withChannels.Parameters["StreamUrl"]).toMatchObject({ Default: "yes" });
  expect(streaming?.Properties).toMatchObject({
    Handler: "index.streaming",
    Role: collecting?.Properties["Role"],
    FunctionUrlConfig: { AuthType: "NONE", InvokeMode: "RESPONSE_STREAM" },
  });
});
