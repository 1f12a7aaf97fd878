import { readFile } from "node:fs";
import { createServer, get, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createApp } from "../src/app.ts";
import type { RouteHandler } from "../src/http/index.ts";
import { answering, request } from "./support/answering.ts";
import { answerOf, appWorld, type AppWorld, refusalOf } from "./support/app-world.ts";
import { httpEvents } from "./support/lambda-events.ts";

const own = new URL(import.meta.url);

async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The answer once the time the function has is over. */
async function atTheLimit(world: AppWorld): Promise<string> {
  const deadline = world.clock.now() + 30_000;
  const handled = world.handle(request, { getRemainingTimeInMillis: () => deadline - world.clock.now() });
  await turns();
  world.clock.advance(30_000);
  return refusalOf(answerOf(await handled));
}

async function loopback(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const late: readonly [name: string, handler: RouteHandler][] = [
  ["fs", (_req, res) => readFile(own, "utf8", () => res.end("late"))],
  ["setImmediate, many turns later", (_req, res) => void turns(50).then(() => res.end("late"))],
  [
    "an interval",
    (_req, res) => {
      const timer = setInterval(() => {
        clearInterval(timer);
        res.end("late");
      }, 5);
    },
  ],
];

test.each(late)("a function that answers from a callback of %s is waited for", async (_name, handler) => {
  for (const shape of ["HTTP API", "Function URL", "REST API", "load balancer"] as const) {
    const answer = await answering(handler).handle(httpEvents[shape]({ method: "GET", path: "/" }));
    expect(answerOf(answer)).toMatchObject({ status: 200, body: "late" });
  }
  const streamed = await answering(handler).stream(httpEvents["Function URL"]({ method: "GET", path: "/" }));
  expect(streamed).toMatchObject({ status: 200, body: "late" });
});

test("so are a middleware and a hook that call next from a callback", async () => {
  const app = createApp();
  app.auth("/", (_req, _res, next) => readFile(own, (error) => next(error)));
  app.use((_req, _res, next) => readFile(own, () => next()));
  app.get("/", (_req, res) => res.send("passed"));
  expect(answerOf(await appWorld(app.init()).handle(request)).body).toBe("passed");
});

test("a function that wrote and ends from a callback is not cut off", async () => {
  const world = answering((_req, res) => {
    res.write("first, ");
    readFile(own, () => res.end("second"));
  });
  expect(answerOf(await world.handle(request)).body).toBe("first, second");
});

test("one that never answers is answered 504 when its time is over, whatever it is", async () => {
  expect(await atTheLimit(answering(() => {}))).toBe("504 handler-timeout");
  const app = createApp();
  app.use(() => {});
  app.get("/", (_req, res) => res.send("never"));
  expect(await atTheLimit(appWorld(app.init()))).toBe("504 handler-timeout");
});

test("one whose promise has settled has said all it will", async () => {
  expect(answerOf(await answering(async () => {}).handle(request))).toMatchObject({ status: 200, body: "" });
});

test("requests by node:http are waited for to their last byte, by a function that returned and after res.send", async () => {
  const url = await loopback((_request, response) => {
    response.write("one, ");
    setImmediate(() => setImmediate(() => response.end("two")));
  });
  const done: string[] = [];
  const fetchText = (then: (text: string) => void): void =>
    void get(url, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString())).on("end", () => then(text));
    });
  const answers = answering(async (_req, res) => fetchText((text) => res.send(text)));
  expect(answerOf(await answers.handle(request)).body).toBe("one, two");
  const goesOn = answering((_req, res) => {
    res.send("early");
    fetchText((first) => fetchText((second) => done.push(first, second)));
  });
  expect(answerOf(await goesOn.handle(request)).body).toBe("early");
  expect(done).toEqual(["one, two", "one, two"]);
});

test("an answer of another server that nobody reads, or that fails, holds nothing up", { timeout: 5_000 }, async () => {
  const long = await loopback((_request, response) => void response.write("and so on"));
  const broken = await loopback((_request, response) => response.destroy());
  const world = answering((_req, res) => {
    get(long, ({ statusCode }) => get(broken).on("error", () => res.send(statusCode)));
  });
  expect(answerOf(await world.handle(request)).body).toBe(200);
});
