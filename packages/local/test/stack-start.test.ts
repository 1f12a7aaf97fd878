import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { startDynamodbEmulator } from "@stephooks/emulators";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { LocalError, type StackOptions } from "../src/index.ts";
import { startInstance, untilCompleted } from "./support/ask.ts";
import { hasProc, markProcesses } from "./support/marked-processes.ts";
import { fixture, quietStack, stackOfTest } from "./support/started-stack.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { until } from "./support/until.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const missing = "/nowhere/dynoxide";

/** The error of a start that fails, after which neither a process nor a folder may be left. */
async function failedStart(options: Partial<StackOptions>): Promise<LocalError> {
  const temporary = temporaryFolder();
  vi.stubEnv("TMPDIR", temporary);
  const { running } = markProcesses();
  const error: unknown = await quietStack(options).catch((reason: unknown) => reason);
  if (hasProc) await until("no process is left", () => running().length === 0);
  expect(readdirSync(temporary)).toEqual([]);
  if (error instanceof LocalError) return error;
  throw new Error(`the start did not fail with a LocalError: ${String(error)}`);
}

/** A port on loopback, taken until the test is over. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return address === null || typeof address === "string" ? 0 : address.port;
}

test("a missing DynamoDB emulator is said in one line that names the ways out", async () => {
  const { code, message } = await failedStart({ dynamodbBinary: missing });
  expect(code).toBe("process-failed");
  expect(message).toMatch(/^The emulators process .*\/nowhere\/dynoxide is not there.*AWS_ENDPOINT_URL_DYNAMODB.*$/);
});

test.each(["option", "environment"])("a DynamoDB elsewhere does instead, given by %s", async (way) => {
  const elsewhere = await startDynamodbEmulator();
  onTestFinished(() => elsewhere.stop());
  const { endpoint } = elsewhere;
  if (way === "environment") vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", endpoint);
  const stack = await stackOfTest({
    dynamodbBinary: missing,
    ...(way === "option" ? { dynamodbEndpoint: endpoint } : {}),
  });
  expect(stack.environment["AWS_ENDPOINT_URL_DYNAMODB"]).toBe(endpoint);
  await untilCompleted(stack.url, [await startInstance(stack.url)]);
});

test("a bundle without handler is refused before anything is started", async () => {
  const bundle = join(temporaryFolder(), "index.mjs");
  writeFileSync(bundle, "export const nothing = 1;");
  expect(await failedStart({ bundle })).toMatchObject({ code: "no-handler" });
});

test("a bundle that only fails in the worker is told with the worker's reason", async () => {
  const bundle = join(temporaryFolder(), "index.mjs");
  const condition = `process.env.STEPHOOKS_LOCAL_WORKER !== undefined`;
  writeFileSync(
    bundle,
    `if (${condition}) throw new Error("no database"); export const handler = Object.assign(async () => {}, { manifest: { workflows: [] }, streaming: async () => {} });`,
  );
  expect(await failedStart({ bundle })).toMatchObject({
    code: "process-failed",
    message: expect.stringMatching(/^The worker process of the local stack did not start: .*no database/),
  });
});

test("a taken port fails with what to do", async () => {
  const port = await takenPort();
  expect(await failedStart({ port, bundle: fixture("echo-handler.ts") })).toMatchObject({
    code: "port-taken",
    message: `Port ${port} is taken. Give another port, or 0 for any free one.`,
  });
});

test("with further ports allowed a taken one is passed over, and a restart keeps the one that was found", async () => {
  const port = await takenPort();
  const stack = await stackOfTest({ port, furtherPorts: 20, bundle: fixture("echo-handler.ts") });
  const found = Number(new URL(stack.url).port);
  expect(found).toBeGreaterThan(port);
  expect(found).toBeLessThanOrEqual(port + 20);
  await stack.kill("http");
  await stack.restart("http");
  expect((await fetch(stack.url)).status).toBe(200);
});
