import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { writeDevRecord } from "../src/connection/dev-record.ts";
import { firstLine, startDev } from "./support/dev-command.ts";
import { startCommand } from "./support/run-command.ts";
import { greetingApp, temporaryApp } from "./support/temporary-app.ts";

// A busy machine takes seconds to start a stack's four processes; what is waited for has its own deadline.
vi.setConfig({ testTimeout: 90_000 });

function helloFrom(url: string): Promise<unknown> {
  return fetch(`${url}/hello`).then((answer) => answer.json());
}

test("--json prints one line when it is ready, answers, and ends on SIGTERM within 5 s", async () => {
  const cwd = temporaryApp({ "index.ts": `console.log("hello from the app");\n${greetingApp}` });
  const command = startCommand(["dev", "--json", "--port", "0"], { cwd });
  const ready: { event: string; url: string } = JSON.parse(await firstLine(command));
  expect(ready).toEqual({ event: "ready", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  expect(await helloFrom(ready.url)).toEqual({ hello: "world" });
  const asked = Date.now();
  command.child.kill("SIGTERM");
  const { code, stderr, stdout } = await command.ended;
  expect(Date.now() - asked).toBeLessThan(5_000);
  expect(code).toBe(0);
  expect(stdout).toBe(`${JSON.stringify(ready)}\n`);
  expect(stderr).toContain("hello from the app");
  await expect(helloFrom(ready.url)).rejects.toThrow();
});

test("a taken port is passed over and said; the data is where it was asked for; Ctrl-C ends it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const taken = address === null || typeof address === "string" ? 0 : address.port;
  const cwd = temporaryApp({ "index.ts": greetingApp });
  const command = startCommand(["dev", "--port", String(taken), "--data", "kept"], { cwd });
  const [, url = "", port] =
    /^Serving (http:\/\/127\.0\.0\.1:(\d+)) \(data in kept\)/.exec(await firstLine(command)) ?? [];
  expect(Number(port)).toBeGreaterThan(taken);
  expect(await helloFrom(url)).toEqual({ hello: "world" });
  command.child.kill("SIGINT");
  const { code, stderr } = await command.ended;
  expect(code).toBe(0);
  expect(stderr).toContain(`Port ${taken} is taken: serving on ${port} instead.\n`);
  expect(existsSync(join(cwd, "kept", "dynamodb.sqlite"))).toBe(true);
});

test("a second one with the same data says who serves it, also as JSON; with data of its own it serves", async () => {
  const cwd = temporaryApp({ "index.ts": greetingApp });
  const first = await startDev([], { cwd });
  const pid = String(first.command.child.pid);
  const second = await startCommand(["dev", "--port", "0"], { cwd }).ended;
  expect(second).toMatchObject({ code: 1, stdout: "" });
  expect(second.stderr).toMatch(
    /^already-running: stephooks dev serves .* already, at (\S+) \(process (\d+)\)\. .*--fresh/,
  );
  expect(second.stderr).toContain(`at ${first.url} (process ${pid}). `);
  const asData = await startCommand(["dev", "--port", "0", "--json"], { cwd }).ended;
  expect(JSON.parse(asData.stdout)).toMatchObject({ error: { code: "already-running" } });
  expect(asData.code).toBe(1);
  expect(await helloFrom(first.url)).toEqual({ hello: "world" });
  const fresh = await startDev(["--fresh"], { cwd });
  expect(await helloFrom(fresh.url)).toEqual({ hello: "world" });
  await fresh.stop();

  // Whoever died leaves its file behind, and its process id to somebody else: to this process, say.
  await first.stop();
  writeDevRecord(cwd, { pid: process.pid, url: first.url, environment: {}, data: join(cwd, ".stephooks/data") });
  const next = await startDev([], { cwd });
  expect(await helloFrom(next.url)).toEqual({ hello: "world" });
  await next.stop();
});

test("compiled code that is kept goes when it is old, also when it is too much", async () => {
  const cwd = temporaryApp({ "index.ts": greetingApp });
  const cache = join(cwd, ".stephooks/cache");
  const now = Date.now();
  const put = (name: string, days: number, bytes = 1): void => {
    const file = join(cache, "v24-x64", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
    truncateSync(file, bytes);
    utimesSync(file, now / 1_000 - days * 86_400, now / 1_000 - days * 86_400);
  };
  put("old", 31);
  put("older", 300);
  put("large", 29, 50_000_000);
  put("new", 1);
  const dev = await startDev(["--fresh"], { cwd });
  const kept = () => readdirSync(cache, { recursive: true, encoding: "utf8" });
  await expect.poll(kept).not.toContain(join("v24-x64", "old"));
  await expect.poll(kept).not.toContain(join("v24-x64", "large"));
  expect(kept()).not.toContain(join("v24-x64", "older"));
  expect(kept()).toContain(join("v24-x64", "new"));
  await dev.stop();
});

test("--api-key enforces the rules of a deployed app", async () => {
  const cwd = temporaryApp({ "index.ts": greetingApp });
  const command = startCommand(["dev", "--json", "--port", "0", "--api-key", "secret"], { cwd });
  const { url }: { url: string } = JSON.parse(await firstLine(command));
  expect((await fetch(`${url}/hello`)).status).toBe(401);
  expect((await fetch(`${url}/hello`, { headers: { "x-apikey": "secret" } })).status).toBe(200);
  command.child.kill("SIGTERM");
  expect((await command.ended).code).toBe(0);
});

test("a mistake in the app ends it at once with exit code 1", async () => {
  const cwd = temporaryApp({ "index.ts": "const a = ;" });
  const { code, stderr, stdout } = await startCommand(["dev", "--port", "0"], { cwd }).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^build-failed: /);
});
