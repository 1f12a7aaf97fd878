import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "@stephooks/cli";
import { isRecord } from "@stephooks/core";
import { type Stack, startStack } from "@stephooks/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, ask, askUntil, codeOf } from "./app-client.ts";

const folder = mkdtempSync(join(tmpdir(), "stephooks-bad-input-"));
let open: Stack;
let keyed: Stack;

beforeAll(async () => {
  const entry = fileURLToPath(new URL("fixtures/bad-input-app/index.ts", import.meta.url));
  const { file } = await bundleApp({ entry, outDir: folder });
  [open, keyed] = await Promise.all([
    startStack({ bundle: file, output: "ignore" }),
    startStack({ bundle: file, output: "ignore", apiKey: "the right key" }),
  ]);
});
afterAll(async () => {
  await Promise.all([open.stop(), keyed.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Each row of the documentation's table by its first column. */
const requests: Readonly<Record<string, () => Promise<Answer>>> = {
  "malformed JSON body": () => ask(`${open.url}/start`, "POST", '{"value": 7'),
  "JSON nested deeper than 100 levels": () => ask(`${open.url}/start`, "POST", `${"[".repeat(101)}${"]".repeat(101)}`),
  "a state that is no object": () => ask(`${open.url}/start`, "POST", "[1, 2]"),
  "an instance id that is not allowed": () => ask(`${open.url}/start`, "POST", { _id: "no spaces" }),
  "a path with `//`, `..` or `%00` in it": async () => {
    const answers = await Promise.all(
      ["/instances//x", "/instances/../start", "/instances/x%00"].map((path) => rawGet(open.url, path)),
    );
    const [first = { status: 0, body: {} }] = answers;
    expect(new Set(answers.map((answer) => `${answer.status} ${String(codeOf(answer))}`)).size).toBe(1);
    return first;
  },
  "a key `__proto__` in a JSON body": () => ask(`${open.url}/start`, "POST", '{"__proto__": {"value": 7}}'),
  "a key `__proto__` in the query": () => ask(`${open.url}/instances/x?__proto__[value]=7`, "GET"),
  "no key, deployed": () => ask(`${keyed.url}/instances/x`, "GET"),
  "a wrong key, deployed": () => ask(`${keyed.url}/instances/x`, "GET", undefined, { "x-apikey": "the wrong key" }),
  "unknown instance": () => ask(`${open.url}/instances/nobody`, "GET"),
  "unknown path": () => ask(`${open.url}/elsewhere`, "GET"),
  "wrong method": () => ask(`${open.url}/start`, "GET"),
  "a method no app takes": () => ask(`${open.url}/start`, "PURGE"),
  "oversized state: over 350 KB as stored item": () =>
    ask(`${open.url}/start`, "POST", { text: "x".repeat(350 * 1024) }),
  "10 MB body": () => ask(`${open.url}/start`, "POST", { text: "x".repeat(10_000_000) }),
  "compressed body": () => ask(`${open.url}/start`, "POST", { value: 1 }, { "content-encoding": "gzip" }),
  "a step that goes to an unknown step": async () => {
    const started = await ask(`${open.url}/start`, "POST", { astray: true });
    const ended = await askUntil(
      `${open.url}/instances/${String(started.body["_id"])}`,
      ({ body }) => body["status"] === "failed",
    );
    expect(ended.body["error"]).toMatchObject({
      step: "keep",
      attempt: 1,
      name: "EngineError",
      stack: expect.any(String),
    });
    return { status: started.status, body: { error: ended.body["error"] } };
  },
};

test.each(documentedRows())("$request: $status $code", async ({ request, status, code }) => {
  const send = requests[request];
  if (send === undefined) throw new Error(`the documentation has a row nobody tests: ${request}`);
  const answer = await send();
  expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
  const { error, text } = answer.body;
  expect(isRecord(error) ? error["message"] : text).toMatch(/\S{3,}/);
});

test("every tested request is in the documentation", () => {
  expect(Object.keys(requests).toSorted()).toEqual(
    documentedRows()
      .map(({ request }) => request)
      .toSorted(),
  );
});

test("the server goes on answering after all of this", async () => {
  expect((await ask(`${open.url}/start`, "POST", { fine: true })).status).toBe(200);
});

function documentedRows(): readonly { request: string; status: number; code: string }[] {
  const page = fileURLToPath(new URL("../../../packages/stephooks/docs/bad-input.md", import.meta.url));
  return readFileSync(page, "utf8")
    .split("\n")
    .map((line) => /^\| (?<request>.*?) *\| (?<status>\d{3}) *\| `(?<code>[a-z-]+)` *\|$/.exec(line)?.groups)
    .filter((row) => row !== undefined)
    .map(({ request = "", status = "", code = "" }) => ({ request, status: Number(status), code }));
}

/** Sends the path as it is; fetch would tidy it first. */
function rawGet(url: string, path: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  httpRequest(new URL(url), { path }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
  })
    .on("error", reject)
    .end();
  return promise;
}
