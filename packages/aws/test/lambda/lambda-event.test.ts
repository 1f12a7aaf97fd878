import { describe, expect, test } from "vitest";
import { isCodedError } from "@stephooks/core";
import { recogniseLambdaEvent } from "../../src/lambda/index.ts";
import { loadEvent } from "./load-event.ts";

function refusal(event: unknown): { code: string; message: string } {
  try {
    recogniseLambdaEvent(event);
  } catch (error) {
    if (isCodedError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("the event was recognised");
}

describe("the shape alone says what invoked the function", () => {
  test.each([
    ["http-api-get", "http-api"],
    ["http-api-post-json", "http-api"],
    ["http-api-post-binary", "http-api"],
    ["function-url-get", "function-url"],
    ["rest-get", "rest-api"],
    ["rest-post", "rest-api"],
    ["http-api-payload-1", "rest-api"],
    ["load-balancer-single", "load-balancer"],
    ["load-balancer-multi", "load-balancer"],
  ])("%s is an HTTP request through the %s shape", (name, shape) => {
    expect(recogniseLambdaEvent(loadEvent(name))).toMatchObject({ kind: "http", shape });
  });

  test("a batch of SQS records is a batch", () => {
    expect(recogniseLambdaEvent(loadEvent("sqs-batch"))).toMatchObject({ kind: "sqs" });
  });
});

describe("any other event is refused by a message that names it", () => {
  test.each<[string, unknown, RegExp]>([
    ["S3", loadEvent("s3-object-created"), /"Records"; 1 records; Records\[0\]\.eventSource "aws:s3"/],
    ["Kinesis", loadEvent("kinesis"), /Records\[0\]\.eventSource "aws:kinesis"/],
    ["EventBridge", loadEvent("eventbridge-scheduled"), /source "aws\.events".*detail-type "Scheduled Event"/],
    ["a Lambda authorizer", loadEvent("rest-authorizer"), /type "REQUEST"/],
    ["an empty object", loadEvent("empty"), /an empty object/],
    ["no records", { Records: [] }, /0 records/],
    [
      "records of two sources",
      { Records: [{ eventSource: "aws:sqs", messageId: "a" }, { eventSource: "aws:s3" }] },
      /2 records/,
    ],
    ["records that are not objects", { Records: [null] }, /1 records/],
    ["null", null, /cannot handle null/],
    ["undefined", undefined, /type undefined/],
    ["text", "GET /", /type string/],
    ["an array", [], /an array/],
    [
      "a WebSocket message",
      { requestContext: { eventType: "MESSAGE", connectionId: "x" }, body: "hi" },
      /"requestContext", "body"/,
    ],
    ["an HTTP event without a method", loadEvent("http-api-get", { requestContext: {} }), /version "2\.0"/],
  ])("%s", (_name, event, message) => {
    const { code, message: text } = refusal(event);
    expect(code).toBe("unknown-event");
    expect(text).toMatch(message);
    expect(text).toMatch(/remove the trigger/);
  });

  test("the message stays one short line and shows no content", () => {
    const { message } = refusal({
      "evil\nkey": "secret",
      source: `a\n${"b".repeat(500)}`,
      detail: { password: "secret" },
    });
    expect(message).not.toMatch(/\n|secret/);
    expect(message.length).toBeLessThan(600);
  });

  test("a name from Object.prototype is not a field", () => {
    expect(refusal(JSON.parse('{"__proto__":{"version":"2.0","httpMethod":"GET"}}')).code).toBe("unknown-event");
  });
});
