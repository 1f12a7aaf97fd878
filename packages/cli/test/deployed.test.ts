import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Deployed, startDeployed } from "@stephooks/local/deployed";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildApp } from "../src/index.ts";

/* What build wrote of an app that uses everything a template can hold, run as Lambda runs it. */

const root = fileURLToPath(new URL("fixtures/deployed-app", import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), "stephooks-deployed-"));
let running: Deployed;

beforeAll(async () => {
  const { template } = await buildApp({ entry: join(root, "index.ts"), root, outDir });
  running = await startDeployed({ template, parameters: { StreamUrl: "yes" }, output: "ignore" });
});
afterAll(async () => {
  await running.stop();
  rmSync(outDir, { recursive: true, force: true });
});

test("what a route writes leaves at once at the URL that streams, and at the end at the HTTP API", async () => {
  const { streamUrl, url } = running;
  const answer = await fetch(`${streamUrl}/story`);
  expect(answer.headers.get("content-type")).toBe("text/plain");
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toEqual({ done: false, value: "first " });
  await fetch(`${url}/go`, { method: "POST" });
  expect(await reader?.read()).toEqual({ done: false, value: "second" });
  expect(await reader?.read()).toMatchObject({ done: true });
  expect(await (await fetch(`${url}/story`)).text()).toBe("first second");
});

test("files of the source are served from where they were deployed", async () => {
  expect(await (await fetch(`${running.url}/site/a.txt`)).text()).toBe("from the folder\n");
});

test("files that the app saves are in the template's bucket", async () => {
  expect((await fetch(`${running.url}/save`, { method: "POST" })).status).toBe(200);
  expect(await (await fetch(`${running.url}/load`)).text()).toBe("kept");
});

test("jobs reach the app's worker through the job queue of the template", async () => {
  const { url } = running;
  expect((await fetch(`${url}/notes`, { method: "POST" })).status).toBe(200);
  await expect
    .poll(async () => (await fetch(`${url}/notes`)).json(), { timeout: 20_000 })
    .toEqual({ note: "worked on" });
});
