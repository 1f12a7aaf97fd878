import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { silentLogger } from "@stephooks/core";
import { createApp } from "stephooks/host";
import { expect, onTestFinished, test } from "vitest";
import { httpFront } from "../src/http-front.ts";
import { listenOnLoopback } from "../src/listen-on-loopback.ts";
import { memoryHost } from "./support/memory-host.ts";

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536);
}

/** An app behind the front, on a port of its own. */
async function served(register: (app: ReturnType<typeof createApp>) => void): Promise<string> {
  const app = createApp();
  register(app);
  const handler = { streaming: memoryHost(app.init()).stream };
  const server = createServer(httpFront({ handler, functionTimeout: 5, logger: silentLogger }));
  const port = await listenOnLoopback(server, 0);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${port}`;
}

test("what a route writes arrives before the route goes on", async () => {
  const gate = Promise.withResolvers<void>();
  const url = await served((app) =>
    app.get("/ticks", async (_req, res) => {
      res.set("content-type", "text/event-stream");
      res.write("data: 1\n\n");
      await gate.promise;
      res.end("data: 2\n\n");
    }),
  );
  const answer = await fetch(`${url}/ticks`);
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString()).toBe("data: 1\n\n");
  gate.resolve();
  const second = await reader?.read();
  expect(Buffer.from(second?.value ?? []).toString()).toBe("data: 2\n\n");
  expect((await reader?.read())?.done).toBe(true);
  expect(answer.headers.get("transfer-encoding")).toBe("chunked");
});

test("code after the end runs on, and the client does not wait for it", async () => {
  const gate = Promise.withResolvers<void>();
  const done: string[] = [];
  const url = await served((app) =>
    app.get("/after", async (_req, res) => {
      res.end("sent");
      await gate.promise;
      done.push("after");
    }),
  );
  expect(await (await fetch(`${url}/after`)).text()).toBe("sent");
  expect(done).toEqual([]);
  gate.resolve();
  await expect.poll(() => done).toEqual(["after"]);
});

test("a large answer is sent as fast as it is read, and no faster", async () => {
  const written: number[] = [];
  const url = await served((app) =>
    app.get("/large", async (_req, res) => {
      const { writable } = res;
      for (let part = 0; part < 64; part += 1) {
        if (!writable.write(Buffer.alloc(262_144))) await once(writable, "drain");
        written.push(part);
      }
      writable.end();
    }),
  );
  const answer = await fetch(`${url}/large`);
  const atFirst = written.length;
  expect((await answer.arrayBuffer()).byteLength).toBe(64 * 262_144);
  expect(atFirst).toBeLessThan(64);
  expect(written).toHaveLength(64);
});

test("security 82: a client that leaves ends the answer and not the server", async () => {
  const left = Promise.withResolvers<void>();
  const url = await served((app) => {
    app.get("/endless", (_req, res) => {
      const { writable } = res;
      writable.once("close", left.resolve);
      Readable.from(endless()).pipe(writable);
    });
    app.get("/x", (_req, res) => res.end("here"));
  });
  const controller = new AbortController();
  const answer = await fetch(`${url}/endless`, { signal: controller.signal });
  await answer.body?.getReader().read();
  controller.abort();
  await left.promise;
  expect(await (await fetch(`${url}/x`)).text()).toBe("here");
});

test("bytes of every kind go through the front and back, multipart too", async () => {
  const url = await served((app) =>
    app.post("/echo", (req, res) => {
      res.type(req.headers["content-type"] ?? "none");
      req.pipe(res.writable);
    }),
  );
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const form = new FormData();
  form.set("file", new Blob([bytes]), "a.bin");
  const sent = new Response(form);
  const type = sent.headers.get("content-type") ?? "";
  const body = await sent.bytes();
  const answer = await fetch(`${url}/echo`, { method: "POST", headers: { "content-type": type }, body });
  expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(body))).toBe(true);
  expect(answer.headers.get("content-type")).toBe(type);
});
