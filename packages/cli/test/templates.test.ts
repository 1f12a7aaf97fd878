import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { templates } from "../src/create/template-list.ts";
import { createdApp, sources } from "./support/created-app.ts";
import { type DevServer, startDev } from "./support/dev-command.ts";
import { until } from "./support/until.ts";

/* Each template as somebody meets it: created, served, called, typed, tested and built, outside of this repository. */

vi.setConfig({ testTimeout: 180_000 });

const run = promisify(execFile);
const env = { ...process.env, ...sources };

async function served(template: string, environment: Readonly<Record<string, string>> = {}) {
  const cwd = await createdApp(template);
  const dev = await startDev(["--fresh"], { cwd, env: environment });
  onTestFinished(() => dev.stop());
  return { cwd, dev };
}

async function send(dev: DevServer, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${dev.url}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json();
}

test("blank greets", async () => {
  const { dev } = await served("blank");
  expect(await send(dev, "GET", "/hello?name=Ada")).toEqual({ hello: "Ada" });
});

test("webhook: a signed event that comes twice becomes one payment with a receipt", async () => {
  const { dev } = await served("webhook", { WEBHOOK_SECRET: "hush" });
  const body = JSON.stringify({ id: "evt-1", amount: 12 });
  const signature = createHmac("sha256", "hush").update(body).digest("hex");
  const post = (given: string) =>
    fetch(`${dev.url}/webhooks/payments`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-signature": given },
    });
  expect((await post("wrong")).status).toBe(401);
  expect((await post(signature)).status).toBe(202);
  expect((await post(signature)).status).toBe(202);
  await until(async () => {
    expect(await send(dev, "GET", "/payments/evt-1")).toMatchObject({ status: "completed", receipt: "R-evt-1" });
  });
});

test("crud stores what fits, and lists what must be ordered", async () => {
  const { dev } = await served("crud");
  expect(await send(dev, "POST", "/products", { _id: "pen", name: "Pen", price: 2 })).toMatchObject({ _id: "pen" });
  expect(await send(dev, "GET", "/low-stock")).toEqual([{ _id: "pen", name: "Pen", price: 2, stock: 0 }]);
});

test("approval waits for the answer and keeps who gave it", async () => {
  const { dev } = await served("approval");
  const { id } = (await send(dev, "POST", "/requests", { what: "a desk", by: "ada" })) as { id: string };
  await until(async () => {
    expect(await send(dev, "GET", `/requests/${id}`)).toMatchObject({ status: "waiting", step: "ask" });
  });
  await send(dev, "POST", `/requests/${id}/answer`, { approved: true, approver: "grace" });
  await until(async () => {
    const done = { status: "completed", outcome: "approved", approver: "grace" };
    expect(await send(dev, "GET", `/requests/${id}`)).toMatchObject(done);
  });
});

test("cron: a run of the job makes the report of its day", async () => {
  const { dev } = await served("cron");
  await send(dev, "POST", "/visits", { page: "/" });
  await send(dev, "POST", "/_stephooks/jobs/run", { cron: "report" });
  await until(async () => {
    expect(await send(dev, "GET", "/reports")).toEqual([{ _id: expect.any(String), visits: 1 }]);
  });
});

test("static serves the site, with what its pages call beside it", async () => {
  const { cwd, dev } = await served("static");
  const page = readFileSync(join(cwd, "public/index.html"), "utf8");
  expect(await (await fetch(`${dev.url}/`)).text()).toBe(page);
  expect((await fetch(`${dev.url}/style.css`)).headers.get("content-type")).toContain("text/css");
  expect(await send(dev, "GET", "/api/time")).toEqual({ time: expect.any(String) });
});

/** What the commands print that an app's AGENTS.md names, where it says more than that they ended well. */
function printsOf(template: string): Readonly<Record<string, RegExp>> {
  const hasWorkflow = template === "webhook" || template === "approval";
  return {
    "npm test": /(?:ℹ|#) pass [1-9]\d*\n[^]*(?:ℹ|#) fail 0\n/,
    "npm run types": /^\s*(?:> .*\s*)*$/,
    "npm run check": /^No findings\.$/m,
    "npm run build": /Deploy: stephooks deploy/,
    "npx stephooks graph": hasWorkflow ? /^flowchart TD$/m : /^$/,
    "npx stephooks routes": /^METHOD +PATH +WHERE +WITHOUT A KEY\n.* index\.ts:\d+ /,
    "npx stephooks doctor": /^$/,
    "npx stephooks --help": /^Usage: stephooks /,
  };
}

test.for(templates)("$name: the commands in its AGENTS.md run as they are written", async ({ name }) => {
  const cwd = await createdApp(name);
  const table = readFileSync(join(cwd, "AGENTS.md"), "utf8").split("## Files")[0] ?? "";
  const commands = [...table.matchAll(/^\| `(.+?)` +\|/gm)].map(([, command = ""]) => command);
  const prints = printsOf(name);
  expect(commands.toSorted()).toEqual([...Object.keys(prints), "npm run dev"].toSorted());
  // The table is the same for all: one template runs all of it, the others what depends on their code.
  const isWhole = name === "approval";
  const hasFiles = name === "static";
  const wanted = [...ofCode, ...(hasFiles ? ["npm run build"] : [])];
  for (const command of commands.filter((one) => isWhole || wanted.includes(one))) {
    const [program = "", ...args] = command.split(" ");
    if (command === "npm run dev") await servesUntilInterrupted(program, args, cwd);
    else expect((await run(program, args, { cwd, env })).stdout, command).toMatch(prints[command] ?? "");
  }
  const built = (path: string): boolean => existsSync(join(cwd, ".stephooks/build", path));
  expect(built("template.yaml")).toBe(isWhole || hasFiles);
  expect(built("app/source/public/index.html")).toBe(hasFiles);
});

const ofCode = ["npm test", "npm run types", "npm run check"];

/** Ctrl-C reaches every process of the terminal's foreground group. */
async function servesUntilInterrupted(program: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const group = -(child.pid ?? 0);
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(group, "SIGKILL");
  });
  let said = "";
  child.stdout.on("data", (text: Buffer) => (said += String(text)));
  await until(async () => expect(said).toContain("Serving http://"));
  const ended = once(child, "exit");
  process.kill(group, "SIGINT");
  await ended;
}
