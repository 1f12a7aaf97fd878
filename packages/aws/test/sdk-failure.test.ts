import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { PortError, type PortErrorCode } from "@stephooks/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAwsClients } from "../src/index.ts";
import { portErrorFrom } from "../src/sdk-failure.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

describe("a failure is one of the closed set, by its name", () => {
  const table: readonly (readonly [name: string, status: number | undefined, code: PortErrorCode])[] = [
    ["ProvisionedThroughputExceededException", 400, "throttled"],
    ["ThrottlingException", 400, "throttled"],
    ["RequestThrottled", 403, "throttled"],
    ["RequestLimitExceeded", 400, "throttled"],
    ["TransactionConflictException", 400, "throttled"],
    ["KmsThrottled", 400, "throttled"],
    ["OverLimit", 403, "throttled"],
    ["ResourceNotFoundException", 400, "missing-resource"],
    ["QueueDoesNotExist", 400, "missing-resource"],
    ["AWS.SimpleQueueService.NonExistentQueue", 400, "missing-resource"],
    ["ValidationException", 400, "invalid"],
    ["SerializationException", 400, "invalid"],
    ["InvalidMessageContents", 400, "invalid"],
    ["InvalidParameterValue", 400, "invalid"],
    ["AWS.SimpleQueueService.InvalidParameterValue", 400, "invalid"],
    ["MissingParameter", 400, "invalid"],
    ["ReceiptHandleIsInvalid", 400, "invalid"],
    ["BatchRequestTooLong", 400, "too-large"],
    ["AWS.SimpleQueueService.BatchRequestTooLong", 400, "too-large"],
    ["ItemCollectionSizeLimitExceededException", 400, "too-large"],
    ["AccessDeniedException", 400, "denied"],
    ["UnrecognizedClientException", 400, "denied"],
    ["ExpiredTokenException", 400, "denied"],
    ["InvalidSignatureException", 400, "denied"],
    ["InvalidClientTokenId", 403, "denied"],
    ["MissingAuthenticationTokenException", 400, "denied"],
    ["KmsAccessDenied", 400, "denied"],
    ["CredentialsProviderError", undefined, "denied"],
    ["TimeoutError", undefined, "timeout"],
    ["AbortError", undefined, "timeout"],
    ["InternalServerError", 500, "unavailable"],
    ["ServiceUnavailable", 503, "unavailable"],
    ["SomethingNew", 503, "unavailable"],
    ["SomethingNew", 429, "throttled"],
    ["SomethingNew", 403, "denied"],
    ["SomethingNew", 413, "too-large"],
    ["SomethingNew", 400, "invalid"],
    ["SomethingNew", 200, "unavailable"],
    ["SomethingNew", undefined, "unavailable"],
  ];

  test.each(table)("%s with status %s is %s", (name, httpStatusCode, code) => {
    const cause = Object.assign(new Error("said the service"), { name, $metadata: { httpStatusCode } });
    const failure = portErrorFrom(cause, "UpdateItem");
    expect(failure).toMatchObject({ code, cause, details: { operation: "UpdateItem" } });
    expect(failure.message).toContain("said the service");
  });
});

describe("a failure of the network is unavailable, by its code", () => {
  test.each(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"])("%s", (code) => {
    const cause = Object.assign(new Error("connect"), { code });
    expect(portErrorFrom(cause, "GetItem")).toMatchObject({ code: "unavailable", mayHaveApplied: true, cause });
  });

  test("ETIMEDOUT is a timeout", () => {
    expect(portErrorFrom(Object.assign(new Error("connect"), { code: "ETIMEDOUT" }), "GetItem").code).toBe("timeout");
  });
});

test.each([
  "Item size has exceeded the maximum allowed size",
  "Item size to update has exceeded the maximum allowed size",
  "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
])("a general name with the message %j is too-large", (message) => {
  const cause = Object.assign(new Error(message), { name: "ValidationException", $metadata: { httpStatusCode: 400 } });
  expect(portErrorFrom(cause, "PutItem").code).toBe("too-large");
});

test.each([undefined, null, "text", 5])("what is not an error (%s) is unavailable", (thrown) => {
  expect(portErrorFrom(thrown, "GetItem")).toMatchObject({ code: "unavailable" });
});

test("a port error stays what it is", () => {
  const failure = new PortError("corrupt", "unreadable");
  expect(portErrorFrom(failure, "GetItem")).toBe(failure);
});

describe("real failures of both clients", () => {
  let world: EmulatedStack;
  beforeAll(async () => {
    world = await emulatedStack();
  });
  afterAll(() => world.dispose());

  const codeOf = async (call: Promise<unknown>): Promise<PortErrorCode> => {
    const error = await call.then(
      () => {
        throw new TypeError("The call succeeded.");
      },
      (failure: unknown) => failure,
    );
    return portErrorFrom(error, "call").code;
  };
  const Key = { pk: { S: "a" }, sk: { S: "a" } };

  test("a table that does not exist", async () => {
    expect(await codeOf(world.clients.dynamodb.send(new GetItemCommand({ TableName: "nope", Key })))).toBe(
      "missing-resource",
    );
  });

  test("a queue that does not exist", async () => {
    expect(await codeOf(world.clients.sqs.send(new GetQueueUrlCommand({ QueueName: "nope" })))).toBe(
      "missing-resource",
    );
  });

  test("an item that is too large", async () => {
    const Item = { ...Key, d: { S: "x".repeat(410 * 1_024) } };
    const call = world.clients.dynamodb.send(new PutItemCommand({ TableName: world.stack.table, Item }));
    expect(await codeOf(call)).toBe("too-large");
  });

  test("a message that is too large", async () => {
    const command = new SendMessageCommand({ QueueUrl: world.stack.stepQueueUrl, MessageBody: "x".repeat(1_048_577) });
    expect(await codeOf(world.clients.sqs.send(command))).toBe("too-large");
  });

  test("an endpoint where nobody listens", async () => {
    const { dynamodb } = createAwsClients({
      dynamodbEndpoint: "http://127.0.0.1:1",
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    expect(await codeOf(dynamodb.send(new GetItemCommand({ TableName: "any", Key })))).toBe("unavailable");
  });

  test("no credentials", async () => {
    const { dynamodb } = createAwsClients({
      dynamodbEndpoint: world.emulators.dynamodb.endpoint,
      region: "us-east-1",
      credentials: async () => {
        throw Object.assign(new Error("none found"), { name: "CredentialsProviderError" });
      },
    });
    expect(await codeOf(dynamodb.send(new GetItemCommand({ TableName: "any", Key })))).toBe("denied");
  });
});
