import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, test } from "vitest";
import type { RouteHandler } from "../../src/http/index.ts";
import { answer, httpWorld } from "./http-world.ts";

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** What `handler` answers to a body. */
function sent(
  handler: RouteHandler,
  body: NonNullable<RequestInit["body"]> = allBytes,
  type = "application/octet-stream",
): Promise<Response> {
  const world = httpWorld((app) => app.post("/x", handler));
  return world.send("/x", { method: "POST", headers: { "content-type": type }, body });
}

async function bytesOf(response: Promise<Response>): Promise<Uint8Array> {
  return new Uint8Array(await (await response).arrayBuffer());
}

describe("the body as a stream", () => {
  test("goes into res.writable byte by byte", async () => {
    expect(await bytesOf(sent((req, res) => req.pipe(res.writable)))).toEqual(allBytes);
  });

  test("arrives by data and end", async () => {
    const handler: RouteHandler = (req, res) => {
      const chunks: Buffer[] = [];
      req.on("data", (chunk) => chunks.push(chunk)).on("end", () => res.send(Buffer.concat(chunks)));
    };
    expect(await bytesOf(sent(handler))).toEqual(allBytes);
  });

  test("ends for a listener that takes no data, and for an empty body", async () => {
    const handler: RouteHandler = (req, res) => req.on("end", () => res.end("ended"));
    expect(await (await sent(handler)).text()).toBe("ended");
    expect(await (await sent(handler, "")).text()).toBe("ended");
  });

  test("may be read late, and again: by middleware and by the route", async () => {
    const world = httpWorld((app) => {
      app.use(async (req, _res, next) => {
        let size = 0;
        for await (const chunk of req) size += chunk.byteLength;
        Object.assign(req, { size });
        next();
      });
      app.post("/x", async (req, res) => {
        await new Promise((resolve) => setImmediate(resolve));
        const [first, second] = [new PassThrough(), new PassThrough()];
        req.pipe(first);
        await pipeline(req, second);
        const again = once(req.pipe(new PassThrough()).resume(), "end");
        await again;
        res.json([Reflect.get(req, "size"), first.read(), second.read()].map((part) => Number(part?.length ?? part)));
      });
    });
    const response = world.send("/x", { method: "POST", body: allBytes });
    expect((await answer(response)).body).toEqual([256, 256, 256]);
  });

  test("is still there beside what was parsed of it", async () => {
    const handler: RouteHandler = (req, res) => {
      let text = "";
      req.on("data", (chunk) => (text += chunk.toString())).once("end", () => res.json([req.body, text]));
    };
    expect((await answer(sent(handler, '{"a": 1}', "application/json"))).body).toEqual([{ a: 1 }, '{"a": 1}']);
  });

  test("of a multipart form is not consumed, and keeps its boundary", async () => {
    const form = new FormData();
    form.set("name", "Ann");
    form.set("file", new Blob([allBytes]), "a.bin");
    const { headers, body } = await new Promise<{ headers: string; body: unknown }>((resolve) => {
      void sent(
        (req, res) => {
          const whole = new PassThrough();
          req.pipe(whole);
          whole.on("finish", () => {
            const bytes = whole.read();
            resolve({ headers: req.headers["content-type"] ?? "", body: { parsed: req.body, bytes } });
            res.end();
          });
        },
        new Uint8Array(0),
        "multipart/form-data; boundary=x",
      );
    });
    expect(headers).toBe("multipart/form-data; boundary=x");
    expect(body).toEqual({ parsed: {}, bytes: null });
    const encoded = new Response(form);
    const type = encoded.headers.get("content-type") ?? "";
    const bytes = await encoded.bytes();
    expect(await bytesOf(sent((req, res) => req.pipe(res.writable), bytes, type))).toEqual(bytes);
  });

  test("keeps the request open until a slow destination has finished", async () => {
    const gate = Promise.withResolvers<void>();
    const handler: RouteHandler = (req, res) => {
      const whenOpen = async (done: () => void): Promise<void> => {
        await gate.promise;
        done();
      };
      const slow = new Writable({
        write: (_chunk, _encoding, done) => void whenOpen(done),
      });
      req.pipe(slow).on("finish", () => res.end("stored"));
    };
    const response = sent(handler);
    gate.resolve();
    expect(await (await response).text()).toBe("stored");
  });
});

test("the address of the connection is where code for Node looks for it", async () => {
  const world = httpWorld((app) => app.get("/x", (req, res) => res.json(req.connection.remoteAddress)));
  expect((await answer(world.send("/x", {}, { ip: "203.0.113.7" }))).body).toBe("203.0.113.7");
});
