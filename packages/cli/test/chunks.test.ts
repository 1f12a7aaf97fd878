import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { environmentNames } from "@stephooks/aws/resources";
import { describe, expect, test } from "vitest";
import { bundleApp } from "../src/index.ts";
import { codehooksApp, greetingApp, temporaryApp, writeFiles } from "./support/temporary-app.ts";

const apiKey = "the key of the test";

/** What the template sets. Nothing listens at these addresses. */
const environment = {
  [environmentNames.table]: "table",
  [environmentNames.stepQueueUrl]: "https://127.0.0.1:1/queue",
  [environmentNames.stepDeadLetterArn]: "arn:aws:sqs:us-east-1:000000000000:dead",
  [environmentNames.functionTimeout]: "60",
  [environmentNames.visibilityTimeout]: "90",
  [environmentNames.apiKeySha256]: createHash("sha256").update(apiKey).digest("hex"),
  AWS_REGION: "us-east-1",
};

const event = {
  version: "2.0",
  rawPath: "/hello",
  rawQueryString: "",
  headers: { "x-apikey": apiKey },
  requestContext: { http: { method: "GET", path: "/hello", sourceIp: "203.0.113.7" }, stage: "$default" },
  isBase64Encoded: false,
};

/** What a process answers that has just loaded the bundle. */
async function firstAnswer(bundle: string): Promise<{ readonly statusCode: number; readonly body: string }> {
  const program = `const { handler } = await import(process.argv[1]);
    console.log(JSON.stringify(await handler(JSON.parse(process.argv[2]))));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", program, bundle, JSON.stringify(event)],
    { env: { ...process.env, ...environment } },
  );
  return JSON.parse(stdout);
}

/** Removes the chunks that are not imported statically, and tells how many they were. */
function removeUnlessStatic(bundle: string): number {
  const loaded = new Set([bundle]);
  for (const file of loaded) {
    const imports = readFileSync(file, "utf8").matchAll(/^(?:import|\}|export).*? ?"(\.{1,2}\/[\w./-]+\.mjs)";$/gm);
    for (const [, path = ""] of imports) loaded.add(join(dirname(file), path));
  }
  const chunks = join(dirname(bundle), "chunks");
  const lazy = readdirSync(chunks).filter((name) => !loaded.has(join(chunks, name)));
  for (const name of lazy) rmSync(join(chunks, name));
  return lazy.length;
}

async function startBytes(source: string): Promise<number> {
  const folder = temporaryApp({ "index.ts": source });
  return (await bundleApp({ entry: join(folder, "index.ts"), outDir: join(folder, "out") })).startBytes;
}

describe("what is loaded when a function starts", () => {
  test("a route that needs no data is answered without any of the chunks", async () => {
    const folder = codehooksApp({ "index.js": greetingApp.replace('"stephooks"', '"codehooks-js"') });
    const { file } = await bundleApp({ entry: join(folder, "index.js"), outDir: join(folder, "out") });
    const removed = removeUnlessStatic(file);
    expect(removed).toBeGreaterThan(10);
    expect(await firstAnswer(file)).toMatchObject({ statusCode: 200, body: '{"hello":"world"}' });
  });

  test("the clients of AWS are part of it for an app that uses data or workflows, and for no other", async () => {
    const data = `app.get("/data", async (_req, res) => res.json(await Datastore.open().getArray("c")));`;
    const plain = await startBytes(greetingApp);
    const withImport = greetingApp.replace("app }", "app, Datastore }").replace("export", `${data}\nexport`);
    expect(await startBytes(withImport)).toBeGreaterThan(plain + 300_000);
    const withGlobal = greetingApp.replace("export", `${data}\nexport`);
    expect(await startBytes(withGlobal)).toBeGreaterThan(plain + 300_000);
    const workflow = greetingApp.replace("export", `app.createWorkflow("w", "", { a: async () => {} });\nexport`);
    expect(await startBytes(workflow)).toBeGreaterThan(plain + 300_000);
    const files = greetingApp.replace("export", `app.static({ route: "/web", directory: "/web" });\nexport`);
    expect(await startBytes(files)).toBeLessThan(plain + 10_000);
  });
});

describe("the deployment's id, which is the digest of index.mjs", () => {
  test("changes with what is only in a chunk, however far away", async () => {
    const files = (text: string) => ({
      "index.ts": `export const handler = async () => (await import("./a.ts")).a();`,
      "a.ts": `export const a = async () => (await import("./b.ts")).b;`,
      "b.ts": `export const b = "${text}";`,
    });
    const folder = temporaryApp(files("one"));
    const bundle = async (): Promise<string> => {
      const { file } = await bundleApp({ entry: join(folder, "index.ts"), outDir: join(folder, "out") });
      return readFileSync(file, "utf8");
    };
    const first = await bundle();
    expect(await bundle()).toBe(first);
    writeFiles(folder, files("two"));
    expect(await bundle()).not.toBe(first);
  });
});
