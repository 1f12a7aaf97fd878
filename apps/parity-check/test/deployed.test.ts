import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Build, buildApp } from "@stephooks/cli";
import { rawRequest } from "@stephooks/emulators";
import { type Deployed, type DeployedOptions, startDeployed } from "@stephooks/local/deployed";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { ask, askUntil } from "./app-client.ts";

/* What `stephooks build` wrote of the parity app, run as Lambda runs it: through the Runtime API, cold, with the template's environment. */

const entry = fileURLToPath(new URL("../index.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "stephooks-deployed-"));
const key = { "x-apikey": "the key" };
const parameters = { ApiKeySha256: createHash("sha256").update(key["x-apikey"]).digest("hex") };
let build: Build;

beforeAll(async () => {
  build = await buildApp({ entry, root: dirname(entry), outDir: folder, lean: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function deployed(options: Partial<DeployedOptions> = {}): Promise<Deployed> {
  const running = await startDeployed({ template: build.template, parameters, output: "ignore", ...options });
  onTestFinished(() => running.stop());
  return running;
}

/** The template with one line left out. */
function templateWithout(line: RegExp): string {
  const text = readFileSync(build.template, "utf8");
  expect(text).toMatch(line);
  const file = join(folder, "changed.yaml");
  writeFileSync(file, text.replace(line, ""));
  return file;
}

interface Head {
  readonly Item: { readonly st: { readonly S: string }; readonly d: { readonly M: Record<string, { S: string }> } };
}

test.each([
  [7, "odd"],
  [10, "even"],
])(
  "an instance started with %i by HTTP completes in the worker, and the table holds that it is %s",
  async (value, result) => {
    const { environment, resources, url } = await deployed();
    const started = await ask(`${url}/start`, "POST", { value }, key);
    expect(started).toMatchObject({ status: 200, body: { value, nextStep: "begin" } });
    const id = String(started.body["_id"]);
    await askUntil(`${url}/instances/${id}`, ({ body }) => body["status"] === "completed", key);
    const { Item } = await rawRequest<Head>(
      String(environment["AWS_ENDPOINT_URL_DYNAMODB"]),
      "DynamoDB_20120810.GetItem",
      { TableName: resources.table, Key: { pk: { S: `i#${id}` }, sk: { S: "a" } }, ConsistentRead: true },
    );
    // Done.
    expect(Item.st.S).toBe("D");
    expect(Item.d.M).toMatchObject({ value: { S: String(value) }, result: { S: JSON.stringify(result) } });
  },
);

test("the rules of a deployed app apply: without a key nothing is answered", async () => {
  const { url } = await deployed();
  expect(await ask(`${url}/start`, "POST", { value: 1 })).toMatchObject({ status: 401 });
});

test("the function that streams answers at its URL", async () => {
  const { streamUrl } = await deployed({ parameters: { ...parameters, StreamUrl: "yes" } });
  expect(await ask(`${streamUrl}/start`, "POST", { value: 1 }, key)).toMatchObject({ status: 200 });
});

test.each(["STEPHOOKS_TABLE", "STEPHOOKS_STEP_QUEUE_URL", "STEPHOOKS_STEP_DLQ_ARN", "STEPHOOKS_FUNCTION_TIMEOUT"])(
  "a template without %s fails the first request",
  async (name) => {
    const { http, url } = await deployed({ template: templateWithout(new RegExp(`^ +${name}: .*\n`, "m")) });
    expect(await ask(`${url}/start`, "POST", { value: 1 }, key)).toMatchObject({ status: 500 });
    await expect(http.invoke({ version: "2.0" })).rejects.toThrow(name);
  },
);

test("a template that refers to what it does not define is refused", async () => {
  const template = templateWithout(/(?<=STEPHOOKS_TABLE: )!Ref Table/);
  writeFileSync(template, readFileSync(template, "utf8").replace("STEPHOOKS_TABLE:", "STEPHOOKS_TABLE: !Ref Tabel"));
  await expect(deployed({ template })).rejects.toMatchObject({ code: "bad-template" });
});

test("a parameter that the template does not have is refused", async () => {
  await expect(deployed({ parameters: { ApiKey: "x" } })).rejects.toMatchObject({ code: "bad-template" });
});
