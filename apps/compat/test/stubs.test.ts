import { expect, test, vi } from "vitest";
import type { CompatCase } from "../src/compat-case.ts";
import { runCase } from "../src/run-case.ts";

vi.setConfig({ testTimeout: 120_000 });

const inlineApp = `import { get, request } from "node:https";
import { app } from "codehooks-js";

const read = (response, then) => {
  let text = "";
  response.on("data", (chunk) => (text += chunk)).on("end", () => then(response.statusCode + " " + text));
};
app.get("/fetch", async (req, res) => {
  const answer = await fetch("https://api.test/charge?a=1", { method: "POST", body: "by fetch" });
  res.json({ status: answer.status, body: await answer.json(), header: answer.headers.get("x-own") });
});
app.get("/request", (req, res) => {
  const options = { hostname: "api.test", path: "/charge", method: "PUT", headers: { host: "api.test" } };
  request(options, (answer) => read(answer, (text) => res.send(text))).end("by request");
});
app.get("/get", (req, res) => get("https://api.test/plain", (answer) => read(answer, (text) => res.send(text))));
app.get("/out", (req, res) => fetch(req.query.to + "/hook", { method: "POST", body: "sent" }).then(() => res.end()));
export default app.init();`;

const ask = (path: string, expectBody?: unknown): CompatCase["steps"][number] => ({
  method: "GET",
  path,
  headers: { "x-apikey": "{{apikey}}" },
  expectStatus: 200,
  ...(expectBody === undefined ? {} : { expectBody }),
});

test("outbound calls are answered by stubs, whatever sends them, and told apart from the receiver's", async () => {
  const given: CompatCase = {
    id: "stubs",
    repo: "templates",
    dir: "none",
    entry: null,
    env: {},
    inlineApp,
    httpStubs: [
      { url: "https://api.test/charge", status: 201, headers: { "x-own": "yes" }, body: { ok: true } },
      { url: "https://api.test/", body: "plain" },
    ],
    steps: [
      ask("/fetch", { status: 201, body: { ok: true }, header: "yes" }),
      ask("/request", '201 {"ok":true}'),
      ask("/get", "200 plain"),
      { control: "stubCall", match: { url: "https://api.test/charge?a=1", method: "POST", body: "by fetch" } },
      { control: "stubCall", match: { url: "https://api.test/charge", method: "PUT", body: "by request" } },
      ask("/out?to={{sink}}"),
      { control: "sink", match: { path: "/hook", method: "POST", raw: "sent" } },
      { control: "stubCall", match: { url: "https://api.test/never" } },
    ],
  };
  expect(await runCase(given)).toEqual({
    outcome: "failed",
    step: 8,
    reason: expect.stringContaining("control stubCall: none of 3 matches"),
  });
});
