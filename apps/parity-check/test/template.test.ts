import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createHash } from "node:crypto";
import { createAwsClients, sqsQueueSource } from "@stephooks/aws";
import { provisionStack } from "@stephooks/aws/provision";
import { type Bundle, bundleApp, templateOf } from "@stephooks/cli";
import { isRecord } from "@stephooks/core";
import { type Emulators, startEmulators } from "@stephooks/emulators";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";

const infra = fileURLToPath(new URL("../../../infra/template.yaml", import.meta.url));
const entry = fileURLToPath(new URL("../index.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "stephooks-template-"));
let emulators: Emulators;
let bundle: Bundle;

beforeAll(async () => {
  emulators = await startEmulators();
  bundle = await bundleApp({ entry, outDir: folder });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulators.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("infra/template.yaml is what the parity app renders now (pnpm template renews it)", async () => {
  expect(readFileSync(infra, "utf8")).toBe(await templateOf(bundle, "../apps/parity-check/.stephooks/build/app"));
});

test("the template's handler, with the template's environment, runs the parity app", async () => {
  const clients = createAwsClients({
    environment: emulators.environment,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const stack = await provisionStack({
    clients,
    name: "deployed",
    timings: { functionTimeout: 60, visibilityTimeout: 90 },
  });
  const { handler: name, variables } = deployed({
    Table: stack.table,
    StepQueue: stack.stepQueueUrl,
    "StepDeadLetterQueue.Arn": stack.stepDeadLetterArn,
    ApiKeySha256: createHash("sha256").update("secret key").digest("hex"),
  });
  for (const [key, value] of Object.entries({ ...emulators.environment, ...variables })) vi.stubEnv(key, value);
  const [module, exported = ""] = name.split(".");
  const loaded: Record<string, unknown> = await import(pathToFileURL(join(folder, `${module}.mjs`)).href);
  const handler = loaded[exported];
  if (typeof handler !== "function") throw new Error(`the bundle exports no ${exported}`);

  expect(await handler(httpEvent("POST", "/start", { value: 12 }))).toMatchObject({ statusCode: 401 });
  const started: { statusCode: number; body: string } = await handler(
    httpEvent("POST", "/start", { value: 12 }, "secret key"),
  );
  expect(started.statusCode).toBe(200);
  const { _id: id }: { _id: string } = JSON.parse(started.body);

  const source = sqsQueueSource(clients.sqs, stack.stepQueueUrl);
  for (let transition = 1; transition <= 4; transition++) {
    const [message] = await source.receive(1, 10);
    if (message === undefined) throw new Error(`no message for transition ${transition}`);
    const record = {
      messageId: message.id,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: { ApproximateReceiveCount: "1" },
      eventSource: "aws:sqs",
      eventSourceARN: stack.stepQueueArn,
    };
    expect(await handler({ Records: [record] })).toEqual({ batchItemFailures: [] });
    await source.remove([message.receipt]);
  }
  const shown: { body: string } = await handler(httpEvent("GET", `/instances/${id}`, undefined, "secret key"));
  expect(JSON.parse(shown.body)).toMatchObject({ status: "completed", state: { value: 12, result: "even" } });
  clients.dynamodb.destroy();
  clients.sqs.destroy();
});

/** Handler and environment as the template gives them to both functions, with its references resolved. */
function deployed(resources: Readonly<Record<string, string>>): { handler: string; variables: Record<string, string> } {
  const tags = ["!Ref", "!GetAtt", "!Sub"].map((tag) => ({ tag, resolve: (value: string) => ({ reference: value }) }));
  const template: {
    Parameters: Record<string, { Default: unknown }>;
    Globals: { Function: { Handler: string; Environment: { Variables: Record<string, unknown> } } };
  } = parse(readFileSync(infra, "utf8"), { customTags: tags });
  const { Handler: handler, Environment } = template.Globals.Function;
  const variables = Object.entries(Environment.Variables).map(([key, value]): [string, string] => {
    if (!isRecord(value)) return [key, String(value)];
    const reference = String(value["reference"]);
    return [key, resources[reference] ?? String(template.Parameters[reference]?.Default)];
  });
  return { handler, variables: Object.fromEntries(variables) };
}

function httpEvent(method: string, path: string, body?: unknown, key?: string): object {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: { host: "api.example.com", "content-type": "application/json", ...(key ? { "x-apikey": key } : {}) },
    requestContext: {
      domainName: "api.example.com",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.5", userAgent: "test" },
      requestId: "r1",
      stage: "$default",
      timeEpoch: 1_795_000_000_000,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}
