import { createServer, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { type DevControl, withDevControl } from "../src/dev-control.ts";
import { listenOnLoopback } from "../src/listen-on-loopback.ts";

/** A server with this control in front of an app that answers "app". */
async function served(control: DevControl = {}): Promise<number> {
  const server = createServer(withDevControl((_incoming, outgoing) => void outgoing.end("app"), control));
  onTestFinished(() => void server.close());
  return listenOnLoopback(server, 0);
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(port: number, asked: Asked): Promise<{ status: number | undefined; body: string }> {
  const { body = "{}", headers = {}, method = "POST", path = "/_stephooks/db/find" } = asked;
  const { promise, resolve } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
    void text(answer).then((read) => resolve({ status: answer.statusCode, body: read }));
  }).end(method === "GET" ? undefined : body);
  return promise;
}

test("the object that is sent is handed over, and what comes back is the answer", async () => {
  const port = await served({ "db/find": async (input) => [input] });
  expect(await ask(port, { body: '{"collection":"c"}' })).toEqual({ status: 200, body: '[{"collection":"c"}]' });
});

test("what the app's version cannot do is 501 with a code", async () => {
  const port = await served();
  const { body, status } = await ask(port, {});
  expect({ status, error: JSON.parse(body) }).toEqual({
    status: 501,
    error: { error: { code: "unsupported", message: "/_stephooks/db/find is not there for this app." } },
  });
});

test.each([
  { what: "another method", asked: { method: "GET" }, status: 405 },
  { what: "a page in a browser", asked: { headers: { origin: "http://127.0.0.1:3000" } }, status: 403 },
  { what: "a host name that leads here", asked: { headers: { host: "evil.example" } }, status: 403 },
  { what: "no JSON", asked: { body: "{" }, status: 400 },
  { what: "no object", asked: { body: "[]" }, status: 400 },
])("$what is refused", async ({ asked, status }) => {
  const port = await served({ "db/find": async () => [] });
  const answer = await ask(port, asked);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
});

test("localhost is a name of this machine", async () => {
  const port = await served({ "db/find": async () => [] });
  expect((await ask(port, { headers: { host: "localhost:3000" } })).status).toBe(200);
});

test.each([
  "/_stephooks",
  "/_stephooks/",
  "/_stephooks/db/find/",
  "/_stephooks/db/find?a=1",
  "/dev/_stephooks/db/find",
])("%s is the app's", async (path) => {
  const port = await served({ "db/find": async () => [] });
  expect(await ask(port, { path })).toEqual({ status: 200, body: "app" });
});

test("a failure is 500 with its message", async () => {
  const port = await served({ "jobs/run": () => Promise.reject(new Error("no such job")) });
  const { body, status } = await ask(port, { path: "/_stephooks/jobs/run" });
  expect({ status, answer: JSON.parse(body) }).toEqual({
    status: 500,
    answer: { error: { code: "failed", message: "no such job" } },
  });
});
