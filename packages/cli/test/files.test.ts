import { readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { loadHandler } from "@stephooks/local";
import { parse } from "yaml";
import { expect, onTestFinished, test, vi } from "vitest";
import { buildApp, bundleApp } from "../src/index.ts";
import { copySource } from "../src/copy-source.ts";
import { startDev } from "./support/dev-command.ts";
import { codehooksApp, writeFiles } from "./support/temporary-app.ts";

vi.setConfig({ testTimeout: 90_000 });

const site = `import { app } from "codehooks-js";
import page from "./web/index.html";
app.static({ route: "/site", directory: "/web" });
app.storage({ route: "/uploads", directory: "/up" });
app.get("/page", (_req, res) => { res.send(page); });
export default app.init();
`;

const files = {
  "index.js": site,
  "package.json": "{}",
  ".env": "SECRET=1",
  "web/index.html": "<html>",
  "web/lib/app.js": "1",
  "web/.hidden": "SECRET",
  "web/page.ts": "SECRET",
  "web/node_modules/x/index.js": "SECRET",
  "private/keys.txt": "SECRET",
};

async function built(given: Readonly<Record<string, string>>, prepare: (folder: string) => void = () => {}) {
  const root = codehooksApp(given);
  prepare(root);
  const outDir = join(root, "dist");
  const { template } = await buildApp({ entry: join(root, "index.js"), root, outDir });
  const source = join(outDir, "app/source");
  const deployed = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length))
    .toSorted();
  return { root, source, deployed, template: readFileSync(template, "utf8") };
}

test("what app.static names is deployed beside the bundle, and nothing that is not for readers", async () => {
  const { deployed, root, source, template } = await built(files, (folder) => {
    symlinkSync(join(folder, "private/keys.txt"), join(folder, "web/keys.txt"));
    symlinkSync(join(folder, "private"), join(folder, "web/private"));
  });
  expect(deployed).toEqual(["/web/index.html", "/web/lib/app.js"]);
  expect(statSync(join(source, "web/index.html")).mtimeMs).toBeCloseTo(
    statSync(join(root, "web/index.html")).mtimeMs,
    -1,
  );
  const parsed: { Resources: object } = parse(template, { logLevel: "silent" });
  expect(Object.keys(parsed.Resources)).toContain("FilesBucket");
});

test("an app that names all of its source deploys it without its code, and a second build leaves nothing of the first", async () => {
  const whole = {
    "index.js": `import { app } from "codehooks-js"; import "./lib/routes.js"; app.static(); export default app.init();`,
    "lib/routes.js": "export {};",
    "client.js": "1",
    "old.txt": "1",
    "package.json": "{}",
    "config.json": "{}",
    ".env": "SECRET",
  };
  const { deployed, root, source } = await built(whole);
  expect(deployed).toEqual(["/client.js", "/old.txt"]);
  copySource({ root, target: source, wanted: ["/old.txt"], bundled: [] });
  expect(readdirSync(source)).toEqual(["old.txt"]);
});

test.each([
  {
    uses: "filestore",
    code: `app.get("/", async (_q, res) => res.send(await filestore.readFile("/a.txt", { source: true })));`,
    bucket: true,
  },
  {
    uses: "the platform's name for it",
    code: `app.get("/", async (_q, res) => res.send(await _coho_fs.readFile("/a.txt")));`,
    bucket: true,
  },
  { uses: "no files", code: `app.get("/", (_q, res) => res.send("a"));`, bucket: false },
])("an app that uses $uses: a bucket and its source, $bucket", async ({ bucket, code }) => {
  const app = {
    "index.js": `import { app, filestore } from "codehooks-js"; ${code} export default app.init();`,
    "a.txt": "a",
  };
  const root = codehooksApp(app);
  const { template } = await buildApp({ entry: join(root, "index.js"), root, outDir: join(root, "dist") });
  expect(readFileSync(template, "utf8").includes("FilesBucket")).toBe(bucket);
  expect(readdirSync(join(root, "dist/app")).includes("source")).toBe(bucket);
});

test("dev serves the app's folder as it is now, and saved files that a tool has put", async () => {
  const root = codehooksApp(files);
  const dev = await startDev([root, "--fresh", "--api-key", "key"], { cwd: root });
  onTestFinished(() => dev.stop());
  const textFrom = async (path: string): Promise<string> => (await fetch(dev.url + path)).text();
  expect(await textFrom("/site/index.html")).toBe("<html>");
  writeFiles(root, { "web/new.html": "<new>" });
  expect(await textFrom("/site/new.html")).toBe("<new>");
  for (const path of ["/site/.hidden", "/site/page.ts", "/site/../.env", "/site/%2e%2e/.env"]) {
    expect(await textFrom(path)).not.toContain("SECRET");
  }
  const put = await fetch(`${dev.url}/_stephooks/blobs/put`, {
    method: "POST",
    body: JSON.stringify({ path: "/up/pic.png", base64: Buffer.from([0, 255, 1]).toString("base64") }),
  });
  expect(await put.json()).toMatchObject({ path: "/up/pic.png", size: 3 });
  const pic = await fetch(`${dev.url}/uploads/pic.png`);
  expect([...new Uint8Array(await pic.arrayBuffer())]).toEqual([0, 255, 1]);
  expect(pic.headers.get("content-type")).toBe("image/png");
});

test("dev lets tools put documents and look for them; the app and its rules are the same", async () => {
  const root = codehooksApp({
    "index.js": `import { app, Datastore } from "codehooks-js";
app.get("/all", async (_req, res) => { res.json(await (await Datastore.open()).getMany("notes").toArray()); });
export default app.init();`,
  });
  const dev = await startDev([root, "--fresh", "--api-key", "key"], { cwd: root });
  onTestFinished(() => dev.stop());
  const control = async (name: string, input: object): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${dev.url}/_stephooks/${name}`, { method: "POST", body: JSON.stringify(input) });
    return { status: answer.status, body: await answer.json() };
  };
  const inserted = await control("db/insert", { collection: "notes", document: { _id: "n1", n: 1 } });
  expect(inserted).toMatchObject({ status: 200, body: { _id: "n1", n: 1 } });
  expect(await control("db/find", { collection: "notes", query: { n: 1 } })).toEqual({
    status: 200,
    body: [{ _id: "n1", n: 1 }],
  });
  expect(await control("db/find", { collection: "notes", query: { n: 2 } })).toEqual({ status: 200, body: [] });
  expect(await control("db/find", {})).toMatchObject({ status: 400, body: { error: { code: "invalid-argument" } } });
  expect(await control("clock/advance", { milliseconds: 1 })).toMatchObject({ status: 501 });
  expect((await fetch(`${dev.url}/all`)).status).toBe(401);
  const own = await fetch(`${dev.url}/all`, { headers: { "x-apikey": "key" } });
  expect(await own.json()).toEqual([{ _id: "n1", n: 1 }]);
});

test("a bundle that is deployed has nothing of what dev lets tools do", async () => {
  const root = codehooksApp({ "index.js": `import { app } from "codehooks-js"; export default app.init();` });
  const { file } = await bundleApp({ entry: join(root, "index.js"), outDir: join(root, "out") });
  const text = readFileSync(file, "utf8");
  expect(text).not.toMatch(/_stephooks\/|devControl|blobs\/put|db\/insert|clock\/advance/);
  const handler = await loadHandler(file);
  for (const [name, value] of Object.entries({
    STEPHOOKS_TABLE: "table",
    STEPHOOKS_STEP_QUEUE_URL: "http://127.0.0.1:1/queue",
    STEPHOOKS_STEP_DLQ_ARN: "arn:aws:sqs:us-east-1:000000000000:dead",
    STEPHOOKS_FUNCTION_TIMEOUT: "60",
    STEPHOOKS_VISIBILITY_TIMEOUT: "90",
    STEPHOOKS_ACCESS: "open",
    AWS_REGION: "us-east-1",
  })) {
    vi.stubEnv(name, value);
  }
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const name of ["blobs/put", "jobs/run", "db/find", "db/insert", "clock/advance"]) {
    const answer = await handler({
      version: "2.0",
      rawPath: `/_stephooks/${name}`,
      rawQueryString: "",
      headers: { "content-type": "application/json" },
      requestContext: {
        http: { method: "POST", path: `/_stephooks/${name}`, sourceIp: "127.0.0.1" },
        stage: "$default",
      },
      body: "{}",
      isBase64Encoded: false,
    });
    expect(answer).toMatchObject({ statusCode: 404 });
  }
});
