import { describe, expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { answering, pause, request } from "./support/answering.ts";
import { answerOf, appWorld, START, stepQueueArn } from "./support/app-world.ts";
import { httpEvents, sqsEvent } from "./support/lambda-events.ts";
import { parityApp } from "./support/parity-app.ts";

const type = "application/json; charset=utf-8";

/** What each service wants back, the body aside. */
const results = {
  "HTTP API": { statusCode: 200, headers: { "content-type": type, vary: "origin" }, isBase64Encoded: false },
  "Function URL": { statusCode: 200, headers: { "content-type": type, vary: "origin" }, isBase64Encoded: false },
  "REST API": { statusCode: 200, headers: { "content-type": type, vary: "origin" }, isBase64Encoded: false },
  "load balancer": {
    statusCode: 200,
    statusDescription: "200 OK",
    headers: { "content-type": type, vary: "origin" },
    isBase64Encoded: false,
  },
  "load balancer, multi-value": {
    statusCode: 200,
    statusDescription: "200 OK",
    multiValueHeaders: { "content-type": [type], vary: ["origin"] },
    isBase64Encoded: false,
  },
} as const;

const whole = { status: 200, says: "x".repeat(100), logged: [] };
const refused = { status: 500, says: "answer-too-large", logged: ["answer too large"] };

const shapes = ["HTTP API", "Function URL", "REST API", "load balancer", "load balancer, multi-value"] as const;

describe.each(shapes)("through the %s", (shape) => {
  const event = httpEvents[shape];
  const most = shape.startsWith("load balancer") ? 1_048_576 : 6_291_456;

  test.each([
    ["a text", (size: number) => "x".repeat(size - 2_000), whole],
    ["a text that is too long", (size: number) => "x".repeat(size), refused],
    ["a text that JSON makes too long", (size: number) => '"'.repeat(size / 2), refused],
    ["bytes that base64 makes too long", (size: number) => new Uint8Array((size * 3) / 4), refused],
  ] as const)(
    "%s is answered, or refused with a code that the client and the log have",
    async (_what, body, { logged, says, status }) => {
      const app = createApp();
      app.get("/large", (_req, res) => res.send(body(most)));
      const lines: string[] = [];
      const world = appWorld(app.init(), { logger: { log: (_level, line) => void lines.push(line) } });
      const result = await world.handle(event({ method: "GET", path: "/large" }));
      expect(result).toMatchObject({ statusCode: status });
      expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(most);
      expect(result).toMatchObject({ body: expect.stringContaining(says) });
      expect(lines).toEqual(logged);
    },
  );

  test.each([
    [7, "odd"],
    [10, "even"],
    [-3, "odd"],
  ])("POST /start with %i answers the instance, SQS batches end it %s, GET shows it", async (value, result) => {
    const world = appWorld(parityApp().init());

    const started = answerOf(await world.handle(event({ method: "POST", path: "/start", body: { value } })));
    expect(started.result).toEqual({ ...results[shape], body: JSON.stringify(started.body) });
    expect(started.body).toEqual({
      value,
      _id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      nextStep: "begin",
      workflowName: "parity",
      createdAt: new Date(START).toISOString(),
      updatedAt: new Date(START).toISOString(),
      stepCount: { begin: { visits: 1, startTime: new Date(START).toISOString() } },
      parallelSteps: {},
    });

    const [{ id } = { id: "none" }] = world.store.heads();
    await world.run();
    const shown = answerOf(await world.handle(event({ method: "GET", path: `/instances/${id}` })));
    expect(shown.result).toEqual({ ...results[shape], body: JSON.stringify(shown.body) });
    expect(shown.body).toMatchObject({ id, status: "completed", state: { value, result }, transitions: 4 });
    expect(shown.body).toMatchObject({
      history: ["begin", "check", result, "end"].map((step) => expect.objectContaining({ step, attempt: 1 })),
    });
  });

  test("an error answer has the shape's own form too", async () => {
    const world = appWorld(parityApp().init());
    const answer = answerOf(await world.handle(event({ method: "GET", path: "/instances/nobody" })));
    expect(answer.result).toMatchObject({ statusCode: 404, isBase64Encoded: false });
    expect("statusDescription" in answer.result).toBe(shape.startsWith("load balancer"));
    expect(answer.body).toMatchObject({ error: { code: "unknown-instance", message: expect.any(String) } });
  });

  test("the space stands in front of the path or does not", async () => {
    const world = appWorld(parityApp().init());
    const answer = answerOf(await world.handle(event({ method: "POST", path: "/dev/start", body: { value: 1 } })));
    expect(answer.status).toBe(200);
  });
});

test("the answer to HEAD has no body", async () => {
  const world = appWorld(parityApp().init());
  expect(await world.handle(httpEvents["HTTP API"]({ method: "HEAD", path: "/instances/nobody" }))).toMatchObject({
    statusCode: 404,
    body: "",
  });
});

test("a request no Fetch request can hold is answered 400, not thrown", async () => {
  const world = appWorld(parityApp().init());
  const event = { ...httpEvents["HTTP API"]({ method: "GET", path: "/" }), headers: { "bad header": "x" } };
  expect(answerOf(await world.handle(event))).toMatchObject({ status: 400, body: { error: { code: "bad-event" } } });
});

test("a method nobody may send is answered 405", async () => {
  const world = appWorld(parityApp().init());
  expect(answerOf(await world.handle(httpEvents["REST API"]({ method: "TRACE", path: "/start" })))).toMatchObject({
    status: 405,
    body: { error: { code: "method-not-allowed" } },
  });
});

describe("the handler that streams", () => {
  const stream = httpEvents["Function URL"];

  test("answers requests in the form of a Function URL, through every part of the app", async () => {
    const world = appWorld(parityApp().init());
    const answer = await world.stream(stream({ method: "POST", path: "/start", body: { value: 7 } }));
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": type }, body: { value: 7 } });
    await world.run();
    const { _id } = Object(answer.body);
    const shown = await world.stream(stream({ method: "GET", path: `/instances/${String(_id)}` }));
    expect(shown.body).toMatchObject({ status: "completed" });
  });

  test("answers refusals so too", async () => {
    const world = appWorld(parityApp().init());
    expect(await world.stream(stream({ method: "GET", path: "/instances/nobody" }))).toMatchObject({
      status: 404,
      headers: { "x-stephooks-error": "unknown-instance" },
    });
    expect(
      await world.stream({ ...stream({ method: "GET", path: "/" }), headers: { "bad header": "x" } }),
    ).toMatchObject({ status: 400, body: { error: { code: "bad-event" } } });
  });

  test("has all work of a request done before it settles", async () => {
    const done: string[] = [];
    const world = answering(async (_req, res) => {
      res.send("sent");
      await pause(5);
      setTimeout(() => done.push("timer"), 5);
    });
    expect(await world.stream(request)).toMatchObject({ status: 200, body: "sent" });
    expect(done).toEqual(["timer"]);
  });

  test("answers other events with what Lambda would have returned", async () => {
    const world = appWorld(parityApp().init());
    await world.ask("POST", "/start", { value: 1 });
    const batch = await world.queue.receive(10, 0);
    const sent = await world.streamed(sqsEvent(batch, stepQueueArn));
    expect(JSON.parse(sent)).toEqual({ batchItemFailures: [] });
    await expect(world.streamed({ source: "aws.s3" })).rejects.toMatchObject({ code: "unknown-event" });
  });
});
