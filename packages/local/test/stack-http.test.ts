import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stack } from "../src/index.ts";
import { ask } from "./support/ask.ts";
import { fixture, quietStack } from "./support/started-stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await quietStack({ bundle: fixture("echo-handler.ts") });
});
afterAll(() => stack.stop());

test("a request reaches the handler as the event of an HTTP API", async () => {
  const { body } = await ask(`${stack.url}/caf%C3%A9/a%2Fb?q=%20b+c&q=2`, {
    method: "PUT",
    body: { value: 1 },
    headers: { cookie: "a=1; b=2", "x-tag": "t" },
  });
  expect(body).toMatchObject({
    version: "2.0",
    rawPath: "/café/a/b",
    rawQueryString: "q=%20b+c&q=2",
    cookies: ["a=1", "b=2"],
    headers: { "x-tag": "t", "content-type": "application/json" },
    requestContext: { http: { method: "PUT", sourceIp: "127.0.0.1" } },
    body: Buffer.from('{"value":1}').toString("base64"),
    isBase64Encoded: true,
  });
});

test("bytes come back as they are", async () => {
  const answer = await fetch(`${stack.url}/binary`);
  expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255, 1]);
});

test.each(["/throws", "/nothing"])("%s: a failed invocation is the API's own 500", async (path) => {
  expect(await ask(`${stack.url}${path}`)).toEqual({ status: 500, body: { message: "Internal Server Error" } });
});

test("a path that encodes nothing is refused before the handler", async () => {
  expect(await ask(`${stack.url}/%zz`)).toMatchObject({ status: 400, body: { error: { code: "bad-path" } } });
});

test("an answer that breaks off does not look complete", async () => {
  const answer = await fetch(`${stack.url}/breaks`);
  const isWhole = answer.text().then(
    () => true,
    () => false,
  );
  // What has not left yet becomes a 500.
  expect(answer.ok && (await isWhole)).toBe(false);
});
