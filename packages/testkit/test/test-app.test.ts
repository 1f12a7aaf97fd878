import { fileURLToPath } from "node:url";
import { createApp } from "stephooks/host";
import { describe, expect, test } from "vitest";
import { testApp } from "@stephooks/testkit";
import { shop } from "./apps.ts";

const coded = (code: string): unknown => expect.objectContaining({ code });

describe("request", () => {
  test("carries path, query, body and headers, and reads status, JSON and headers", async () => {
    const app = testApp(shop());
    const created = await app.request("POST", "/orders/o1", { body: { total: 5 } });
    expect(created).toMatchObject({ status: 201, body: { _id: "o1", total: 5, nextStep: "charge" } });
    const shown = await app.request("GET", "/orders/o1?page=2");
    expect(shown.body).toEqual({ id: "o1", query: { page: "2" } });
    expect(shown.headers.get("x-seen")).toBe("yes");
  });

  test("sends text as it is, with the headers given, and reads text and cookies", async () => {
    const app = createApp();
    app.post("/echo", (req, res) => {
      res.set("set-cookie", "a=1").end(`${req.headers["content-type"]} ${req.rawBody} ${req.headers["x-mark"]}`);
    });
    const answer = await testApp(app.init()).request("post", "/echo", { body: "plain", headers: { "X-Mark": "m" } });
    expect(answer.body).toBe("text/plain plain m");
    expect(answer.headers.getSetCookie()).toEqual(["a=1"]);
  });

  test("is let in, unless a key is given: then as deployed", async () => {
    expect((await testApp(shop()).request("GET", "/orders/o1")).status).toBe(200);
    const locked = testApp(shop(), { apiKey: "secret" });
    expect((await locked.request("GET", "/orders/o1")).status).toBe(401);
    expect((await locked.request("GET", "/orders/o1", { headers: { "x-apikey": "secret" } })).status).toBe(200);
  });
});

describe("claims", () => {
  function guarded() {
    const app = createApp();
    app.get("/me", (req, res) => res.json(req.jwt ?? "nobody"));
    return app.init();
  }

  test("of a request are those of a token the app has verified, valid by the virtual clock", async () => {
    const app = testApp(guarded(), { apiKey: "secret" });
    const answer = await app.request("GET", "/me", { claims: { sub: "ada", roles: ["clerk"] } });
    expect(answer).toMatchObject({ status: 200, body: { sub: "ada", roles: ["clerk"] } });
    const seconds = app.now() / 1_000;
    expect(answer.body).toMatchObject({ iat: seconds, exp: seconds + 300 });
    await app.advance("1d");
    expect((await app.request("GET", "/me", { claims: { sub: "ada" } })).status).toBe(200);
    expect((await app.request("GET", "/me", { claims: { sub: "ada", exp: seconds } })).status).toBe(401);
    expect((await app.request("GET", "/me", { headers: { "x-apikey": "secret" } })).body).toBe("nobody");
  });

  test("are refused where no token is looked at", async () => {
    await expect(testApp(guarded()).request("GET", "/me", { claims: {} })).rejects.toEqual(coded("no-issuer"));
  });
});

test("static files come from the folder given", async () => {
  const app = createApp();
  app.static({ route: "/pages", directory: "/docs" });
  const sourceFolder = fileURLToPath(new URL("../../stephooks", import.meta.url));
  const world = testApp(app.init(), { sourceFolder });
  expect((await world.request("GET", "/pages/testing.md")).status).toBe(200);
  expect((await world.request("GET", "/pages/nothing.md")).status).toBe(404);
});

describe("the virtual clock", () => {
  test("moves only when told to, and wakes what is due on the way", async () => {
    const start = Date.UTC(2030, 0, 1);
    const app = testApp(shop(), { start });
    await app.request("POST", "/orders/o1", { body: { total: 5 } });
    expect(app.messages()).toMatchObject([
      { instance: "o1", kind: "create", dueAt: start, receiveCount: 0, dead: false },
    ]);
    await app.settle();
    expect(await app.instance("o1")).toMatchObject({ status: "running", step: "thank", state: { paid: 5 } });
    await app.advance("23h");
    expect((await app.instance("o1")).status).toBe("running");
    await app.advance("1h");
    expect(app.now()).toBe(start + 24 * 3_600_000);
    expect(await app.instance("o1")).toMatchObject({
      status: "completed",
      state: { thanked: true },
      updatedAt: new Date(start + 24 * 3_600_000).toISOString(),
    });
    expect(app.messages()).toEqual([]);
  });

  test("runs retries at their time", async () => {
    const app = createApp();
    const flaky = app.createWorkflow("flaky", "Works at the third try", {
      only: async (_state, goto, _wait, { attempt }) => {
        if (attempt < 3) throw new Error(`try ${attempt}`);
        await goto(null, { attempt });
      },
    });
    const world = testApp(app.init());
    await flaky.start({}, { id: "f" });
    await world.settle();
    expect(world.ran()).toHaveLength(1);
    await world.advance("1s");
    expect(world.ran()).toHaveLength(2);
    await world.advance("2s");
    expect(world.ran().map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(await world.instance("f")).toMatchObject({ status: "completed", state: { attempt: 3 } });
  });

  test("keeps the order of waits that end at different days of one advance", async () => {
    const ended: string[] = [];
    const app = createApp();
    const w = app.createWorkflow("w", "Waits", {
      sleep: async (state: { days: number }, goto) => goto("wake", {}, { delay: `${state.days}d` }),
      wake: async (state, goto) => {
        ended.push(state._id);
        await goto(null);
      },
    });
    const world = testApp(app.init());
    for (const days of [20, 3, 300, 7]) await w.start({ days }, { id: `days-${days}` });
    await world.advance("365d");
    expect(ended).toEqual(["days-3", "days-7", "days-20", "days-300"]);
  });

  test("refuses what is no duration", async () => {
    // @ts-expect-error -- a duration has a unit
    await expect(testApp(shop()).advance("soon")).rejects.toEqual(coded("invalid-duration"));
  });

  test("names the instance of an endless loop instead of hanging", async () => {
    const app = createApp();
    const w = app.createWorkflow("w", "Never ends", { only: async (_state, goto) => goto("only") });
    const world = testApp(app.init());
    await w.start({}, { id: "round" });
    await expect(world.settle()).rejects.toMatchObject({
      code: "never-settles",
      message: expect.stringContaining("round"),
    });
  });
});

describe("stubs", () => {
  test("run in the place of a step's body, and the log tells so", async () => {
    const charged: string[] = [];
    const app = testApp(shop((key) => charged.push(key)));
    app.stub("orders", "charge", async (state, goto) => goto("thank", { paid: -state["total"] }));
    await app.request("POST", "/orders/o1", { body: { total: 5 } });
    await app.settle();
    expect(charged).toEqual([]);
    expect((await app.instance("o1")).state).toMatchObject({ paid: -5, thanked: true });
    expect(app.ran()).toEqual([
      { workflow: "orders", step: "charge", instanceId: "o1", attempt: 1, stubbed: true },
      { workflow: "orders", step: "thank", instanceId: "o1", attempt: 1, stubbed: false },
    ]);
  });

  test("of one test app are not those of the next", async () => {
    const handler = shop();
    testApp(handler).stub("orders", "charge", async (_state, goto) => goto(null));
    const app = testApp(handler);
    await app.request("POST", "/orders/o1", { body: { total: 5 } });
    await app.settle();
    expect((await app.instance("o1")).step).toBe("thank");
  });

  test.each([
    ["orders", "chrage"],
    ["odrers", "charge"],
  ])("of %s.%s, which the app does not have, are refused naming what it has", (workflow, step) => {
    expect(() => testApp(shop()).stub(workflow, step, () => {})).toThrow(
      expect.objectContaining({
        code: "unknown-step",
        message: expect.stringContaining("orders.charge, orders.thank"),
      }),
    );
  });

  test("that are no functions are refused", () => {
    // @ts-expect-error -- no function
    expect(() => testApp(shop()).stub("orders", "charge", { paid: 1 })).toThrow(coded("invalid-stub"));
  });
});

test("an instance nobody started is unknown", async () => {
  await expect(testApp(shop()).instance("nobody")).rejects.toEqual(coded("unknown-instance"));
});

test("a handler that is no app's is refused", () => {
  const handler = Object.assign(async () => {}, {
    manifest: shop().manifest,
    streaming: async () => {},
    prepare: async () => {},
  });
  expect(() => testApp(handler)).toThrow(coded("unsupported"));
});
