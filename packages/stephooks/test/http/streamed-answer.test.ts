import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { StephooksError } from "../../src/stephooks-error.ts";
import { answer, httpWorld, refusal } from "./http-world.ts";

async function* items(count: number, failAt = Number.POSITIVE_INFINITY): AsyncGenerator<object> {
  for (let n = 0; n < count; n += 1) {
    if (n === failAt) throw new Error("cursor broke");
    await Promise.resolve();
    yield { n };
  }
}

async function chunksOf(response: Response): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk).toString());
  return chunks;
}

describe("an answer that streams", () => {
  test("opens with the first write, with status and headers as they were", async () => {
    const gate = Promise.withResolvers<void>();
    const world = httpWorld((app) =>
      app.get("/x", async (_req, res) => {
        res.status(201).set("x-a", "1").write("a");
        await gate.promise;
        res.status(500).set("x-a", "2").write("b").end("c");
      }),
    );
    const { response, settled } = await world.open("/x");
    expect([response.status, response.headers.get("x-a")]).toEqual([201, "1"]);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("a");
    gate.resolve();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("bc");
    expect((await reader?.read())?.done).toBe(true);
    await settled;
  });

  test("is complete at its end, while the functions go on", async () => {
    const gate = Promise.withResolvers<void>();
    const done: string[] = [];
    const world = httpWorld((app) =>
      app.get("/x", async (_req, res) => {
        res.send("sent");
        await gate.promise;
        done.push("after");
      }),
    );
    const { response, settled } = await world.open("/x");
    expect(await response.text()).toBe("sent");
    expect(done).toEqual([]);
    gate.resolve();
    await settled;
    expect(done).toEqual(["after"]);
  });

  test("that nobody ends is ended when the functions have settled", async () => {
    const world = httpWorld((app) => app.get("/x", async (_req, res) => void res.write("a").write("b")));
    const { response, settled } = await world.open("/x");
    expect((await chunksOf(response)).join("")).toBe("ab");
    await settled;
  });

  test("breaks off when a function fails after the first write, and is logged", async () => {
    const world = httpWorld((app) =>
      app.get("/x", (_req, res) => {
        res.write("begun");
        throw new Error("too late");
      }),
    );
    const { response, settled } = await world.open("/x");
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("too late");
    await settled;
    expect(world.log).toMatchObject([{ level: "error", event: "handler threw" }]);
  });

  test("that failed before the first write is an error answer", async () => {
    const world = httpWorld((app) =>
      app.get("/x", () => {
        throw new Error("early");
      }),
    );
    const { response, settled } = await world.open("/x");
    expect(await refusal(response)).toBe("500 unhandled-error");
    await settled;
  });

  test("is cut when the time is over", async () => {
    const expired = Promise.withResolvers<StephooksError>();
    const world = httpWorld((app) =>
      app.get("/x", async (_req, res) => {
        res.write("begun");
        await new Promise(() => {});
      }),
    );
    const { response, settled } = await world.open("/x", {}, { expired: expired.promise });
    expired.resolve(new StephooksError("handler-timeout", "over"));
    await expect(response.text()).rejects.toThrow("over");
    await settled;
  });

  test("to HEAD has no body, whatever is written", async () => {
    const world = httpWorld((app) => app.get("/x", (_req, res) => res.set("x-a", "1").write("a").end("b")));
    const { response, settled } = await world.open("/x", { method: "HEAD" });
    expect([response.headers.get("x-a"), response.body]).toEqual(["1", null]);
    await settled;
  });
});

describe("res.json of an async iterable", () => {
  test.each([0, 1, 3])("sends an array of its %i items", async (count) => {
    const world = httpWorld((app) => app.get("/x", (_req, res) => res.json(items(count))));
    const expected = Array.from({ length: count }, (_, n) => ({ n }));
    const response = await world.send("/x");
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual(expected);
    expect(await (await world.open("/x")).response.json()).toEqual(expected);
  });

  test("is not cut off by an end that follows", async () => {
    const world = httpWorld((app) =>
      app.get("/x", (_req, res) => {
        res.json(items(3));
        res.end();
      }),
    );
    expect((await answer(world.send("/x"))).body).toHaveLength(3);
  });

  test("that breaks is 500 where nothing has left yet, and logged", async () => {
    const world = httpWorld((app) => app.get("/x", (_req, res) => res.json(items(3, 1))));
    expect(await refusal(world.send("/x"))).toBe("500 unhandled-error");
    expect(world.log).toMatchObject([{ event: "response broke off", fields: { message: "cursor broke" } }]);
    const { response } = await world.open("/x");
    await expect(response.text()).rejects.toThrow("cursor broke");
  });

  test("closes the iterable of a client that has left", async () => {
    const closed = Promise.withResolvers<void>();
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield "x".repeat(50_000);
      } finally {
        closed.resolve();
      }
    }
    const world = httpWorld((app) => app.get("/x", (_req, res) => res.json(endless())));
    const { response, settled } = await world.open("/x");
    await response.body?.cancel();
    await closed.promise;
    await settled;
  });
});

describe("res.writable", () => {
  test("is the answer, and the request waits for its end", async () => {
    const world = httpWorld((app) =>
      app.get("/x", (_req, res) => {
        Readable.from(["a", "b", "c"]).pipe(res.type("text").writable);
      }),
    );
    expect(await (await world.send("/x")).text()).toBe("abc");
    expect(await (await world.open("/x")).response.text()).toBe("abc");
  });

  test("that is destroyed by an error fails the answer", async () => {
    const world = httpWorld((app) =>
      app.get("/x", (_req, res) => void res.writable.destroy(new Error("source broke"))),
    );
    expect(await refusal(world.send("/x"))).toBe("500 unhandled-error");
  });

  test("after the end takes what is written into nowhere", async () => {
    const world = httpWorld((app) =>
      app.get("/x", (_req, res) => {
        res.end("first");
        res.writable.end("second");
      }),
    );
    expect(await (await world.send("/x")).text()).toBe("first");
  });
});
