import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadHandler } from "@stephooks/local";
import { expect, test } from "vitest";
import { bundleApp, CliError } from "../src/index.ts";
import { greetingApp, temporaryApp } from "./support/temporary-app.ts";

/** Bundles an app of these files. */
async function bundled(files: Readonly<Record<string, string>>, entry = "index.ts") {
  const folder = temporaryApp(files);
  return bundleApp({ entry: join(folder, entry), outDir: join(folder, "out") });
}

/** What the bundle exports as handler, as Node itself imports it: of a Lambda handler its manifest. */
async function handlerOf(files: Readonly<Record<string, string>>, entry?: string): Promise<unknown> {
  const { file } = await bundled(files, entry);
  // In a module, because a script given by -e puts a require into the global scope that a bundle must do without.
  const program = `const { handler } = await import(process.argv[1]); console.log(JSON.stringify(handler.manifest ?? handler));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, file]);
  return JSON.parse(stdout);
}

async function failure(files: Readonly<Record<string, string>>): Promise<CliError> {
  const error: unknown = await bundled(files).catch((reason: unknown) => reason);
  if (error instanceof CliError) return error;
  throw new Error(`not refused with a CliError: ${String(error)}`);
}

test.each([
  { way: "export default app.init()", end: "export default app.init();" },
  { way: "export const handler", end: "export const handler = app.init();" },
  { way: "both, and the name counts", end: "export const handler = app.init(); export default 1;" },
])("$way becomes the handler of the bundle", async ({ end }) => {
  const source = `import { app } from "stephooks"; app.get("/hello", async () => {}); ${end}`;
  expect(await handlerOf({ "index.ts": source })).toMatchObject({ routes: [{ method: "GET", path: "/hello" }] });
});

test("the size of the bundle is told", async () => {
  const { bytes, file, startBytes } = await bundled({ "index.ts": "export const handler = 7;" });
  expect(bytes).toBe(statSync(file).size);
  expect(startBytes).toBe(bytes);
});

test("an app without exports gives a bundle that is refused when it is loaded", async () => {
  const { file } = await bundled({ "index.ts": "console.log;" });
  await expect(loadHandler(file)).rejects.toMatchObject({ code: "no-handler" });
});

test("an app that imports codehooks-js gets stephooks", async () => {
  const files = { "index.js": greetingApp.replace('"stephooks"', '"codehooks-js"') };
  expect(await handlerOf(files, "index.js")).toMatchObject({ routes: [{ method: "GET", path: "/hello" }] });
});

test("TypeScript, and files beside the entry, are bundled", async () => {
  const files = {
    "index.ts": `export { handler } from "./lib/a.ts";`,
    "lib/a.ts": "export const handler: number = 7;",
  };
  expect(await handlerOf(files)).toBe(7);
});

test("an entry file may have quotes in its name", async () => {
  expect(await handlerOf({ 'my "app".ts': "export const handler = 7;" }, 'my "app".ts')).toBe(7);
});

test("top-level await works", async () => {
  expect(await handlerOf({ "index.ts": "export const handler = await Promise.resolve(7);" })).toBe(7);
});

test("a dependency in CommonJS works, also when it requires Node's modules and the app has a require of its own", async () => {
  const files = {
    "index.ts": `import { createRequire } from "node:module";
import { separator } from "old-package";
const require = createRequire(import.meta.url);
export const handler = [separator, typeof require];`,
    "node_modules/old-package/package.json": `{ "name": "old-package", "main": "main.js" }`,
    "node_modules/old-package/main.js": `exports.separator = require("path").sep;`,
  };
  expect(await handlerOf(files)).toEqual(["/", "function"]);
});

test("functions keep their names, which error messages and logs show", async () => {
  const files = {
    "index.ts": `import { named as other } from "./b.ts"; function named() {} export const handler = [named.name, other.name];`,
    "b.ts": "export function named() {}",
  };
  expect(await handlerOf(files)).toEqual(["named", "named"]);
});

test.each([
  { mistake: "a syntax error", source: "const a = 1;\nconst b = ;\n", place: /index\.ts:2:10/, says: /Unexpected/ },
  {
    mistake: "an import of a missing file",
    source: `\nimport "./nowhere.ts";\n`,
    place: /index\.ts:2:7/,
    says: /nowhere/,
  },
  {
    mistake: "an import of a missing package",
    source: `import "not-installed";\n`,
    place: /index\.ts:1:7/,
    says: /not-installed/,
  },
])("$mistake fails with its file and line", async ({ place, says, source }) => {
  const { code, message } = await failure({ "index.ts": source });
  expect(code).toBe("build-failed");
  expect(message).toMatch(place);
  expect(message).toMatch(says);
});

test("every mistake is listed, each with the path that leads there from the current folder", async () => {
  const { message } = await failure({
    "index.ts": `import "./lib/a.ts";\nimport "./nowhere.ts";`,
    "lib/a.ts": `import "./neither.ts";`,
  });
  const places = [...message.matchAll(/^ +(\S+\.ts):(\d+):\d+:$/gm)].map(([, file = "", line]) => ({
    exists: statSync(file).isFile(),
    line,
  }));
  expect(places).toEqual([
    { exists: true, line: "2" },
    { exists: true, line: "1" },
  ]);
});
