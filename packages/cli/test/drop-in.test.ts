import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadHandler } from "@stephooks/local";
import { expect, test, vi } from "vitest";
import { bundleApp } from "../src/index.ts";
import { findEntry } from "../src/find-entry.ts";
import { codehooksApp } from "./support/temporary-app.ts";

/* Apps as they were written for codehooks: nothing of stephooks is installed beside them. */

vi.setConfig({ testTimeout: 60_000 });

async function bundled(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = codehooksApp(files);
  return (await bundleApp({ entry: findEntry(folder), outDir: join(folder, "out") })).file;
}

/** What the entry exports as `handler`. */
async function exported(files: Readonly<Record<string, string>>): Promise<unknown> {
  const module: { handler: unknown } = await import(pathToFileURL(await bundled(files)).href);
  return module.handler;
}

const routes = async (files: Readonly<Record<string, string>>): Promise<unknown> =>
  (await loadHandler(await bundled(files))).manifest.routes;

const hello = [{ method: "GET", path: "/hello", hooks: [] }];

test.each([
  {
    way: "named",
    source: `import { app } from "codehooks-js"; app.get("/hello", () => {}); export default app.init();`,
  },
  { way: "default", source: `import app from "codehooks-js"; app.get("/hello", () => {}); export default app.init();` },
  {
    way: "coho",
    source: `import { coho } from "codehooks-js"; coho.get("/hello", () => {}); export default coho.init();`,
  },
  {
    way: "CommonJS",
    source: `const { app } = require("codehooks-js"); app.get("/hello", () => {}); module.exports = app.init();`,
  },
  {
    way: "dynamic",
    source: `const { app } = await import("codehooks-js"); app.get("/hello", () => {}); export default app.init();`,
  },
])("codehooks-js is stephooks: $way import", async ({ source }) => {
  expect(await routes({ "index.js": source })).toEqual(hello);
});

test("a dependency that imports codehooks-js gets the same app", async () => {
  const files = {
    "index.js": `import { app } from "codehooks-js"; import "routes-package"; export default app.init();`,
    "node_modules/routes-package/package.json": `{ "name": "routes-package", "type": "module", "main": "main.js" }`,
    "node_modules/routes-package/main.js": `import { app } from "codehooks-js"; app.get("/hello", () => {});`,
    // Also when the real one is installed.
    "node_modules/codehooks-js/package.json": `{ "name": "codehooks-js", "main": "main.js" }`,
    "node_modules/codehooks-js/main.js": `throw new Error("the real one");`,
  };
  expect(await routes(files)).toEqual(hello);
});

test("text and JSON are imported and required as codehooks' bundler does it, inside the folder and outside of it", async () => {
  const files = {
    "app/package.json": `{ "main": "server.js" }`,
    "app/server.js": `import asserted from "./data.json" assert { type: "json" };
import data from "./data.json" with { type: "json" };
import plain from "../outside.json";
import page from "./page.html";
import view from "./view.hbs";
import style from "./style.css";
import note from "./note.txt";
import { one } from "./lib/one";
import { two } from "./lib/two";
import { three } from "./lib";
const required = require("./note.txt");
export const handler = [asserted.a, data.a, plain.b, page, view, style, note, required, one, two, three];`,
    "app/data.json": `{ "a": 1 }`,
    "outside.json": `{ "b": 2 }`,
    "app/page.html": "<html>",
    "app/view.hbs": "{{x}}",
    "app/style.css": "a {}",
    "app/note.txt": "note",
    "app/lib/one.js": "export const one = 1;",
    "app/lib/two.ts": "export const two: number = 2;",
    "app/lib/index.js": "export const three = 3;",
  };
  const folder = codehooksApp(files);
  const { file } = await bundleApp({ entry: findEntry(join(folder, "app")), outDir: join(folder, "out") });
  const { handler }: { handler: unknown } = await import(pathToFileURL(file).href);
  expect(handler).toEqual([1, 1, 2, "<html>", "{{x}}", "a {}", "note", "note", 1, 2, 3]);
});

test.each(["index", "index.js", "./index.js", "src", "src/index.js"])("package.json main %j", async (main) => {
  const source = "export const handler = 7;";
  expect(await exported({ "package.json": JSON.stringify({ main }), "src/index.js": source, "index.js": source })).toBe(
    7,
  );
});

test("what codehooks injects is there before the app's first line, without an import", async () => {
  const files = {
    "index.js": `import "./first.js"; export const handler = [globalThis.atImport, typeof DB.open, Datastore === DB];`,
    "first.js": `globalThis.atImport = typeof Datastore.open;`,
  };
  expect(await exported(files)).toEqual(["function", "function", true]);
});

test("a package for codehooks apps finds what codehooks injects, as codehooks-crudlify looks for DB", async () => {
  const files = {
    "index.js": `export { found as handler } from "codehooks-files";`,
    "node_modules/codehooks-files/package.json": `{ "type": "module", "main": "index.js" }`,
    "node_modules/codehooks-files/index.js": `export const found = typeof _coho_fs;`,
  };
  expect(await exported(files)).toBe("object");
});

test("what is imported dynamically is loaded when it is used", async () => {
  const files = {
    "index.js": `export const handler = async () => [globalThis.rare, (await import("./rare.js")).rare];`,
    "rare.js": `globalThis.rare = "loaded"; export const rare = 1;`,
  };
  const handler = await exported(files);
  expect(typeof handler === "function" && (await handler())).toEqual([undefined, 1]);
});
