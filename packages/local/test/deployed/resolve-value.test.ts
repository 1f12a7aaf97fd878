import { expect, test } from "vitest";
import { resolveValue } from "../../src/deployed/resolve-value.ts";

const references = {
  parameters: { Space: "dev", Empty: "" },
  resources: { Queue: { ref: "http://queue", attributes: { Arn: "arn:aws:sqs:::queue" } } },
};

test.each([
  ["a text", "as it is", "as it is"],
  ["a number", 60, "60"],
  ["a parameter", { Ref: "Space" }, "dev"],
  ["an empty parameter", { Ref: "Empty" }, ""],
  ["a resource", { Ref: "Queue" }, "http://queue"],
  ["an attribute", { "Fn::GetAtt": ["Queue", "Arn"] }, "arn:aws:sqs:::queue"],
])("%s", (_what, value, expected) => {
  expect(resolveValue(value, references)).toBe(expected);
});

test.each([
  ["an unknown name", { Ref: "Nothing" }],
  ["an unknown attribute", { "Fn::GetAtt": ["Queue", "Name"] }],
  ["another function", { "Fn::Sub": "${Queue}" }],
  ["a list", ["a"]],
])("%s is refused and named", (_what, value) => {
  expect(() => resolveValue(value, references)).toThrow(
    expect.objectContaining({ code: "bad-template", message: expect.stringContaining(JSON.stringify(value)) }),
  );
});
