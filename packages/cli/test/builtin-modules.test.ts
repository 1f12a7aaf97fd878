import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bundleApp } from "../src/index.ts";
import { greetingApp, temporaryApp } from "./support/temporary-app.ts";

/** What a process prints that has loaded a bundle of this entry: what its `handler` is, and whether `fetch` was loaded. */
async function loaded(source: string): Promise<{ readonly handler: unknown; readonly fetch: boolean }> {
  const folder = temporaryApp({ "index.ts": source });
  const { file } = await bundleApp({ entry: join(folder, "index.ts"), outDir: join(folder, "out") });
  const program = `const { handler } = await import(process.argv[1]);
    const fetch = process.moduleLoadList.some((name) => name.endsWith("undici/undici"));
    console.log(JSON.stringify({ handler: typeof handler === "function" ? "function" : handler, fetch }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, file]);
  return JSON.parse(stdout);
}

test.each([
  ["by name", `import { request } from "node:http"; export const handler = typeof request;`, "function"],
  ["as default", `import http from "http"; export const handler = http.METHODS.includes("GET");`, true],
  ["as a namespace", `import * as http from "node:http"; export const handler = http.STATUS_CODES[404];`, "Not Found"],
  [
    "and others as their own objects",
    `import net from "node:net"; import util, { inspect } from "util"; import { createRequire } from "node:module";
     const own = createRequire(import.meta.url);
     export const handler = [net === own("net"), util === own("util"), inspect(new Map([[1, util.types.isDate(0)]]))];`,
    [true, true, "Map(1) { 1 => false }"],
  ],
])("node:http imported %s does not bring fetch", async (_way, source, handler) => {
  expect(await loaded(source)).toEqual({ handler, fetch: false });
});

test("it is the same object as Node's", async () => {
  const source = `import http, { request } from "node:http"; import { createRequire } from "node:module";
    const own = createRequire(import.meta.url)("node:http"); export const handler = [http === own, request === own.request];`;
  expect(await loaded(source)).toEqual({ handler: [true, true], fetch: false });
});

test("what needs fetch brings it, also imported dynamically", async () => {
  const named = `import { WebSocket } from "node:http"; export const handler = WebSocket === globalThis.WebSocket;`;
  expect(await loaded(named)).toEqual({ handler: true, fetch: true });
  const dynamic = `export const handler = "WebSocket" in (await import("node:http"));`;
  expect(await loaded(dynamic)).toEqual({ handler: true, fetch: true });
});

test("an app is loaded without fetch", async () => {
  expect(await loaded(greetingApp)).toEqual({ handler: "function", fetch: false });
  const workflow = `import { app } from "stephooks";
    app.createWorkflow("one", "One step", { only: async (_state, goto) => goto(null) }); export default app.init();`;
  expect(await loaded(workflow)).toEqual({ handler: "function", fetch: false });
});
