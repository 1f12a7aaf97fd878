import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "@stephooks/cli";
import { type Stack, startStack } from "@stephooks/local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, askUntil } from "./app-client.ts";

const entries = [
  ["the TypeScript app", "../index.ts", "instances"],
  ["the same app in JavaScript importing codehooks-js", "./fixtures/codehooks-app/index.js", "state"],
] as const;

describe.each(entries)("%s on the local stack", (_name, entry, look) => {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-parity-"));
  let stack: Stack;
  beforeAll(async () => {
    const { file } = await bundleApp({ entry: fileURLToPath(new URL(entry, import.meta.url)), outDir: folder });
    stack = await startStack({ bundle: file, output: "ignore" });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    [7, "odd"],
    [10, "even"],
  ])("POST /start with %i answers the new instance, which ends %s", async (value, result) => {
    const started = await ask(`${stack.url}/start`, "POST", { value });
    expect(started).toMatchObject({
      status: 200,
      body: { value, nextStep: "begin", workflowName: "parity", _id: expect.any(String) },
    });
    const id = String(started.body["_id"]);
    const ended = await askUntil(`${stack.url}/${look}/${id}`, ({ body }) =>
      look === "state" ? body["nextStep"] === null : body["status"] === "completed",
    );
    const state = look === "state" ? ended.body : ended.body["state"];
    expect(state).toMatchObject({ value, result });
  });

  test("the space prefix may be given or left out", async () => {
    const { status, body } = await ask(`${stack.url}/dev/start`, "POST", { value: 1 });
    expect(status).toBe(200);
    expect((await ask(`${stack.url}/dev/${look}/${String(body["_id"])}`, "GET")).status).toBe(200);
  });
});
