import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startDev } from "./support/dev-command.ts";
import { codehooksApp, greetingApp, temporaryApp, writeFiles } from "./support/temporary-app.ts";

// A busy machine takes seconds to start a stack's four processes; what is waited for has its own deadline.
vi.setConfig({ testTimeout: 90_000 });

const versionApp = (version: string): string => `import { app } from "stephooks";
import { name } from "./name";
app.get("/version", (_req, res) => { res.json([${JSON.stringify(version)}, name]); });
app.get("/env", (_req, res) => { res.json([process.env.MY_VAR, globalThis.preloaded, Math.random()]); });
export default app.init();
`;

const jsonFrom = (url: string): Promise<unknown> => fetch(url).then((answer) => answer.json());

test("a change of any file is served after one line says so, also after a version that cannot be built", async () => {
  const cwd = temporaryApp({ "index.ts": versionApp("1"), "name.ts": `export const name = "a";` });
  const dev = await startDev([], { cwd });
  expect(await jsonFrom(`${dev.url}/version`)).toEqual(["1", "a"]);
  writeFiles(cwd, { "index.ts": versionApp("2") });
  expect(await dev.next()).toEqual({ event: "reloaded", url: dev.url });
  expect(await jsonFrom(`${dev.url}/version`)).toEqual(["2", "a"]);
  writeFiles(cwd, { "name.ts": "export const name = ;" });
  expect(await dev.next()).toMatchObject({
    event: "failed",
    error: { code: "build-failed", message: expect.stringContaining("name.ts:1:20") },
  });
  expect(await jsonFrom(`${dev.url}/version`)).toEqual(["2", "a"]);
  writeFiles(cwd, { "name.ts": `export const name = "b";` });
  expect(await dev.next()).toEqual({ event: "reloaded", url: dev.url });
  expect(await jsonFrom(`${dev.url}/version`)).toEqual(["2", "b"]);
  writeFiles(cwd, { "index.ts": `throw new Error("no database");` });
  expect(await dev.next()).toMatchObject({ event: "failed", error: { code: "bundle-failed" } });
  expect(await jsonFrom(`${dev.url}/version`)).toEqual(["2", "b"]);
  await dev.stop();
  expect(readdirSync(join(cwd, ".stephooks/dev"))).toEqual([]);
});

test("environment and NODE_OPTIONS reach the process that loads the app, and a preload no emulator", async () => {
  const cwd = temporaryApp({
    "index.ts": versionApp("1"),
    "name.ts": `export const name = "a";`,
    "preload.mjs": `import { appendFileSync } from "node:fs";
globalThis.preloaded = "yes";
Math.random = () => 0.5;
appendFileSync(${JSON.stringify("loaded-in.txt")}, process.argv[1] + "\\n");`,
  });
  const dev = await startDev(["--fresh"], {
    cwd,
    env: { MY_VAR: "v", NODE_OPTIONS: `--import ${join(cwd, "preload.mjs")}` },
  });
  expect(await jsonFrom(`${dev.url}/env`)).toEqual(["v", "yes", 0.5]);
  const loadedIn = readFileSync(join(cwd, "loaded-in.txt"), "utf8");
  expect(loadedIn).toMatch(/processes\/http\.mjs/);
  expect(loadedIn).toMatch(/processes\/worker\.mjs/);
  expect(loadedIn).not.toMatch(/processes\/emulators\.ts/);
  await dev.stop();
});

test("data is kept in the app's folder from one run to the next; --fresh alone begins with nothing and keeps nothing", async () => {
  const cwd = codehooksApp({});
  const folder = codehooksApp({
    "app/index.js": `import { app } from "codehooks-js";
const flow = app.createWorkflow("flow", "waits", { ask: (state, goto, wait) => wait(state) });
app.post("/start", async (_req, res) => { res.json(await flow.start({})); });
app.get("/state/:id", async (req, res) => { res.json(await flow.getState(req.params.id)); });
export default app.init();
`,
  });
  const app = join(folder, "app");
  const first = await startDev([app], { cwd });
  const answer = await fetch(`${first.url}/start`, { method: "POST" });
  const { _id: id }: { _id: string } = JSON.parse(await answer.text());
  await first.stop();
  const fresh = await startDev([app, "--fresh"], { cwd });
  expect((await fetch(`${fresh.url}/state/${id}`)).status).toBe(404);
  await fresh.stop();
  const second = await startDev([join(app, "index.js")], { cwd });
  expect((await fetch(`${second.url}/state/${id}`)).status).toBe(200);
  await second.stop();
  expect(existsSync(join(app, ".stephooks/data"))).toBe(true);
  expect(readdirSync(cwd)).toEqual([]);
});

test("a process of the app that crashes is started again and said", async () => {
  const cwd = temporaryApp({
    "index.ts": greetingApp.replace("export", `app.get("/crash", () => { process.exit(3); });\nexport`),
  });
  const dev = await startDev(["--fresh"], { cwd });
  onTestFinished(() => dev.stop());
  await expect(fetch(`${dev.url}/crash`)).rejects.toThrow();
  expect(await dev.next()).toEqual({ event: "crashed", process: "http" });
  expect(await jsonFrom(`${dev.url}/hello`)).toEqual({ hello: "world" });
});

test("--virtual-clock lets tools set the clock forward, and keeps nothing without --data", async () => {
  const cwd = temporaryApp({
    "index.ts": `import { app } from "stephooks";
app.get("/now", (_req, res) => { res.json(Date.now()); });
export default app.init();
`,
  });
  const dev = await startDev(["--virtual-clock"], { cwd });
  const answer = await fetch(`${dev.url}/_stephooks/clock/advance`, { method: "POST", body: '{"duration":"30d"}' });
  expect(answer.status).toBe(200);
  const days = (Number(await jsonFrom(`${dev.url}/now`)) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(30);
  await dev.stop();
  expect(existsSync(join(cwd, ".stephooks/data"))).toBe(false);
});
