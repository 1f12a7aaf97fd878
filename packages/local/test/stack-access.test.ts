import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Stack } from "../src/index.ts";
import { ask, untilCompleted } from "./support/ask.ts";
import { quietStack } from "./support/started-stack.ts";

const KEY = "the right key";
const start = { method: "POST", body: { lap: 0 } };

describe("with a key", () => {
  let stack: Stack;
  beforeAll(async () => {
    vi.stubEnv("STEPHOOKS_ACCESS", "open");
    stack = await quietStack({ apiKey: KEY });
  });
  afterAll(async () => {
    await stack.stop();
    vi.unstubAllEnvs();
  });

  test("a request without it, or with another, gets 401, whatever the shell has set", async () => {
    expect(await ask(`${stack.url}/laps`, start)).toMatchObject({ status: 401 });
    expect(await ask(`${stack.url}/laps`, { ...start, headers: { "x-apikey": "another" } })).toMatchObject({
      status: 401,
    });
  });

  test("a request with it is answered", async () => {
    expect(await ask(`${stack.url}/laps`, { ...start, headers: { "x-apikey": KEY } })).toMatchObject({ status: 200 });
  });
});

describe("without a key", () => {
  let stack: Stack;
  beforeAll(async () => {
    // Whoever works with AWS has a profile set; the stack's own credentials must count all the same.
    vi.stubEnv("AWS_PROFILE", "nobody");
    vi.stubEnv("STEPHOOKS_API_KEY_SHA256", "00");
    stack = await quietStack();
  });
  afterAll(async () => {
    await stack.stop();
    vi.unstubAllEnvs();
  });

  test("every request is let in and works, whatever the shell has set", async () => {
    const { body, status } = await ask(`${stack.url}/laps`, start);
    expect(status).toBe(200);
    await untilCompleted(stack.url, [String(body["_id"])]);
  });

  test("no port of the stack answers on another address than 127.0.0.1", async () => {
    const { AWS_ENDPOINT_URL_DYNAMODB: dynamodb = "", AWS_ENDPOINT_URL_SQS: sqs = "" } = stack.environment;
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address, family }) => address !== "127.0.0.1" && family === "IPv4")
      .map(({ address }) => address);
    // The rest of 127.0.0.0/8 reaches whoever listens on every interface, also where there is no other one.
    if (process.platform === "linux") others.push("127.0.0.2");
    for (const port of [stack.url, dynamodb, sqs].map((url) => Number(new URL(url).port))) {
      expect(await canConnect("127.0.0.1", port)).toBe(true);
      for (const host of [...others, "::1"]) expect(await canConnect(host, port), `${host} ${port}`).toBe(false);
    }
  });
});

function canConnect(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port }, () => resolve(true)).on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
