import { once } from "node:events";
import { Writable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { type LambdaResponseStream, streamified, streamResponse, streamResult } from "../../src/lambda/index.ts";

/** Lambda's stream as far as a handler sees it. */
class SentStream extends Writable implements LambdaResponseStream {
  readonly chunks: Buffer[] = [];
  contentType = "application/octet-stream";
  held: (() => void) | undefined;
  hold = false;

  setContentType(type: string): void {
    this.contentType = type;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    if (this.hold) this.held = done;
    else done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString("latin1");
  }
}

const zeros = "\0".repeat(8);

test("status, headers and cookies stand in front, then eight zero bytes, then the body as it is", async () => {
  const headers = new Headers([
    ["content-type", "image/png"],
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2; Path=/"],
  ]);
  const stream = new SentStream();
  await streamResponse(new Response(Uint8Array.from([0, 255, 128]), { status: 201, headers }), stream);
  const [head = "", body] = stream.text.split(zeros);
  expect(JSON.parse(head)).toEqual({
    statusCode: 201,
    headers: { "content-type": "image/png" },
    cookies: ["a=1", "b=2; Path=/"],
  });
  expect(body).toBe("\0\xff\x80");
  expect(stream.contentType).toBe("application/vnd.awslambda.http-integration-response");
  expect(stream.writableEnded).toBe(true);
});

test("an answer without a body is its head", async () => {
  const stream = new SentStream();
  await streamResponse(new Response(null, { status: 204 }), stream);
  expect(stream.text).toBe(`{"statusCode":204,"headers":{}}${zeros}`);
});

test("the head leaves before the body is there", async () => {
  const stream = new SentStream();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const sent = streamResponse(new Response(readable), stream);
  await expect.poll(() => stream.text).toContain(zeros);
  const writer = writable.getWriter();
  await writer.write(Buffer.from("later"));
  await expect.poll(() => stream.text.endsWith("later")).toBe(true);
  await writer.close();
  await sent;
});

test("a slow reader is waited for", async () => {
  const stream = new SentStream({ highWaterMark: 4 });
  stream.hold = true;
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        pulls += 1;
        if (pulls > 10) controller.close();
        else controller.enqueue(Buffer.from("12345678"));
      },
    },
    { highWaterMark: 0 },
  );
  const sent = streamResponse(new Response(body), stream);
  await expect.poll(() => stream.chunks.length).toBe(1);
  expect(pulls).toBeLessThan(3);
  stream.hold = false;
  stream.held?.();
  await sent;
  expect(stream.text.endsWith("12345678".repeat(10))).toBe(true);
});

test("a reader that has left ends the body", async () => {
  const stream = new SentStream().on("error", () => {});
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(Buffer.from("x"));
      stream.destroy();
    },
    cancel: () => {
      cancelled = true;
    },
  });
  await streamResponse(new Response(body), stream);
  expect(cancelled).toBe(true);
});

test("so does one that had left before", { timeout: 5_000 }, async () => {
  const stream = new SentStream();
  stream.destroy();
  await once(stream, "close");
  await streamResponse(new Response("too late"), stream);
  expect(stream.writableFinished).toBe(false);
});

test("a body that breaks off rejects, and does not end the stream as if it were whole", async () => {
  const stream = new SentStream();
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("broke")) });
  await expect(streamResponse(new Response(body), stream)).rejects.toThrow("broke");
  expect(stream.writableEnded).toBe(false);
});

test("what is no answer to a request is plain JSON", () => {
  const stream = new SentStream();
  streamResult({ batchItemFailures: [] }, stream);
  expect([stream.text, stream.contentType]).toEqual(['{"batchItemFailures":[]}', "application/json"]);
});

test("Lambda's runtime is told that a handler streams; where it is not, nothing happens", async () => {
  const handler = async (): Promise<void> => {};
  expect(Object.getOwnPropertySymbols(streamified(handler))).toEqual([]);
  const mark = Symbol.for("aws.lambda.runtime.handler.streaming");
  // As the runtime interface client does.
  const runtime = { streamifyResponse: (given: object) => Object.assign(given, { [mark]: "response" }) };
  Reflect.set(globalThis, "awslambda", runtime);
  onTestFinished(() => void Reflect.deleteProperty(globalThis, "awslambda"));
  expect(Reflect.get(streamified(handler), mark)).toBe("response");
});
