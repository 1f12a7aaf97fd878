import { memoryKeyValueStore } from "@stephooks/contracts";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { environmentNames } from "@stephooks/aws/resources";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../src/app.ts";
import { createHost } from "../src/host/index.ts";
import { answerOf, appWorld, coded, field, refusalOf } from "./support/app-world.ts";
import { httpEvent } from "./support/lambda-events.ts";
import { parityApp } from "./support/parity-app.ts";

afterEach(() => void vi.unstubAllEnvs());

/** What the template sets, for an app that only answers requests. */
function stubSettings(more: Readonly<Record<string, string | undefined>> = {}): void {
  const settings = {
    [environmentNames.table]: "table",
    [environmentNames.stepQueueUrl]: "https://sqs.eu-central-1.amazonaws.com/123456789012/steps",
    [environmentNames.stepDeadLetterArn]: "arn:aws:sqs:eu-central-1:123456789012:steps-dead",
    [environmentNames.functionTimeout]: "60",
    [environmentNames.visibilityTimeout]: "90",
    [environmentNames.space]: undefined,
    [environmentNames.access]: undefined,
    [environmentNames.errorDetails]: undefined,
    [environmentNames.apiKeySha256]: undefined,
    AWS_LAMBDA_RUNTIME_API: undefined,
    AWS_REGION: "eu-central-1",
  };
  for (const [name, value] of Object.entries({ ...settings, ...more })) vi.stubEnv(name, value);
}

function pingApp() {
  const app = createApp();
  app.get("/ping", (_req, res) => res.json({ pong: true }));
  app.auth("/public", (_req, _res, next) => next());
  app.get("/public", (_req, res) => res.send("everybody"));
  return app;
}

describe("app.init()", () => {
  test("answers the same handler every time", () => {
    const app = parityApp();
    expect(app.init()).toBe(app.init());
    expect(app.init()).not.toBe(parityApp().init());
  });

  test("serves what was registered after it, too", async () => {
    const app = createApp();
    const handler = app.init();
    app.get("/late", (_req, res) => res.send("here"));
    expect((await appWorld(handler).ask("GET", "/late")).body).toBe("here");
  });

  test("carries what the app registered, as it is when read", () => {
    const app = createApp();
    const handler = app.init();
    app.get("/a/:id", () => {});
    app.all(/^\/b/i, () => {});
    app.auth("/c/*", () => {});
    app.createWorkflow("one", "First", { begin: () => {}, end: () => {} }, { steps: { end: { timeout: "2m" } } });
    expect(handler.manifest).toEqual({
      version: 1,
      workflows: [{ name: "one", description: "First", steps: ["begin", "end"], longestStepTimeout: 120_000 }],
      routes: [
        { method: "GET", path: "/a/:id", hooks: [] },
        { method: "*", path: "/^\\/b/i", hooks: [{ path: "/c/*", covers: "unknown" }] },
      ],
      authPaths: ["/c/*"],
      files: { source: [], stored: false },
      workers: [],
      crons: [],
      streams: false,
    });
  });

  test("tells which of the source is read while it runs, and whether files are kept", () => {
    const app = createApp();
    app.static({ route: "/", directory: "/web" });
    app.static({ route: "/img", directory: "images/" });
    app.set("views", "/views");
    app.set("layout", "/views/layout.hbs");
    expect(app.init().manifest.files).toEqual({
      source: ["/web", "/images", "/views", "/views/layout.hbs"],
      stored: false,
    });
    app.storage({ route: "/uploads" });
    app.static();
    expect(app.init().manifest.files).toMatchObject({ source: expect.arrayContaining(["/"]), stored: true });
  });

  test("is what createHost takes; any other function is refused", () => {
    const { init } = parityApp();
    const world = appWorld(init());
    const foreign = Object.assign(async () => {}, {
      manifest: init().manifest,
      streaming: async () => {},
      prepare: async () => {},
    });
    const ports = {
      instances: world.store,
      index: world.store.index,
      documents: world.documents,
      history: world.store.history,
      keyValues: memoryKeyValueStore({ clock: world.clock }),
      queue: world.queue,
      clock: world.clock,
      random: { bytes: (count: number) => new Uint8Array(count) },
      logger: { log: () => {} },
    };
    const settings = {
      engine: { functionTimeout: 60, visibilityTimeout: 90 },
      http: { access: { mode: "open" }, space: "" },
      deadLetterArn: "arn",
    } as const;
    expect(() => createHost(foreign, ports, settings)).toThrow(coded("unsupported"));
    expect(() => createHost(init(), ports, settings)).not.toThrow();
  });
});

describe("before the first event", () => {
  test("nothing of ours is read from the environment and nothing is opened", async () => {
    // In a process of its own: this one has loaded the app long ago.
    const program = `
      const read = [];
      process.env = new Proxy({}, { get: (_none, name) => void read.push(String(name)), has: () => false });
      const globals = [globalThis.fetch, globalThis.setTimeout];
      const { app } = await import("stephooks");
      const workflow = app.createWorkflow("w", "d", { only: (_state, goto) => goto(null) });
      app.post("/start", async (req, res) => res.json(await workflow.start(req.body)));
      const handler = app.init();
      const untouched = globals[0] === globalThis.fetch && globals[1] === globalThis.setTimeout;
      const open = process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY)/.test(name));
      console.log(JSON.stringify({ read, open, untouched, type: typeof handler, same: handler === app.init() }));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=source", "--no-warnings", "--input-type=module", "--eval", program],
      { cwd: fileURLToPath(new URL("..", import.meta.url)), env: {} },
    );
    const seen: { read: string[] } = JSON.parse(stdout);
    expect(seen).toMatchObject({ open: [], untouched: true, type: "function", same: true });
    const settings: readonly string[] = Object.values(environmentNames);
    const ours = [...settings, "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_ACCESS_KEY_ID"];
    expect(seen.read.filter((name) => ours.includes(name) || name.startsWith("STEPHOOKS_"))).toEqual([]);
  });

  test("a workflow has no table and no queue yet", async () => {
    const app = createApp();
    const early = app.createWorkflow("early", "Used too soon", { only: (_state, goto) => goto(null) });
    app.init();
    await expect(early.start({})).rejects.toEqual(coded("no-host"));
    await expect(early.getState("a")).rejects.toEqual(coded("no-host"));
    await expect(early.inspect("a")).rejects.toEqual(coded("no-host"));
    await expect(early.cancelWorkflow("a")).rejects.toEqual(coded("no-host"));
  });
});

describe("the first event on Lambda", () => {
  test.each([
    environmentNames.table,
    environmentNames.stepQueueUrl,
    environmentNames.stepDeadLetterArn,
    environmentNames.functionTimeout,
    environmentNames.visibilityTimeout,
  ])("rejects without %s, and names it", async (name) => {
    stubSettings({ [name]: undefined });
    const failure: unknown = await pingApp()
      .init()(httpEvent({ method: "GET", path: "/public" }))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "missing-setting", details: { variable: name } });
  });

  test("is tried again at the next one: a failure is not kept", async () => {
    const handler = pingApp().init();
    stubSettings({ [environmentNames.table]: undefined });
    await expect(handler(httpEvent({ method: "GET", path: "/public" }))).rejects.toEqual(coded("missing-setting"));
    stubSettings();
    expect(answerOf(await handler(httpEvent({ method: "GET", path: "/public" })))).toMatchObject({ body: "everybody" });
  });
});

describe("access on Lambda", () => {
  const ask = async (path: string, key?: string) =>
    answerOf(await pingApp().init()(httpEvent({ method: "GET", path, headers: key ? { "x-apikey": key } : {} })));

  test("STEPHOOKS_ACCESS=open opens every route where no Lambda runtime is", async () => {
    stubSettings({ [environmentNames.access]: "open" });
    expect(field(await ask("/ping"), "pong")).toBe(true);
  });

  test("STEPHOOKS_ACCESS=open is disobeyed inside Lambda", async () => {
    stubSettings({ [environmentNames.access]: "open", AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001" });
    expect(refusalOf(await ask("/ping"))).toBe("401 unauthorized");
    expect((await ask("/public")).body).toBe("everybody");
  });

  test.each(["", "OPEN", "yes", undefined])("STEPHOOKS_ACCESS=%s opens nothing", async (access) => {
    stubSettings({ [environmentNames.access]: access });
    expect(refusalOf(await ask("/ping"))).toBe("401 unauthorized");
  });

  test.each([
    ["shown", undefined, "private words"],
    ["shown", "127.0.0.1:9001", "The app failed; its log has the details."],
    ["yes", undefined, "The app failed; its log has the details."],
  ])("STEPHOOKS_ERROR_DETAILS=%s with the runtime API %s answers a fault with %j", async (details, api, message) => {
    stubSettings({
      [environmentNames.errorDetails]: details,
      [environmentNames.apiKeySha256]: createHash("sha256").update("key").digest("hex"),
      AWS_LAMBDA_RUNTIME_API: api,
    });
    const app = createApp();
    app.get("/", () => {
      throw new Error("private words");
    });
    const event = httpEvent({ method: "GET", path: "/", headers: { "x-apikey": "key" } });
    const { body, status } = answerOf(await app.init()(event));
    expect(status).toBe(500);
    expect(body).toMatchObject({ fatal: true, error: { message } });
    expect(Object.keys(Object(body).error)).toEqual(
      message === "private words" ? ["code", "message", "stack"] : ["code", "message"],
    );
  });

  test("the configured key opens every route, another does not", async () => {
    const digest = createHash("sha256").update("the right key").digest("hex");
    stubSettings({ [environmentNames.apiKeySha256]: digest, AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001" });
    expect(field(await ask("/ping", "the right key"), "pong")).toBe(true);
    expect(refusalOf(await ask("/ping"))).toBe("401 unauthorized");
    // It might be one of the table's, which nobody can tell here.
    expect(refusalOf(await ask("/ping", "the wrong key"))).toMatch(/^50[03] (?:denied|unavailable)$/);
  });

  test("the space is dev unless the environment names one, and empty means none", async () => {
    stubSettings({ [environmentNames.access]: "open" });
    expect((await ask("/dev/ping")).status).toBe(200);
    stubSettings({ [environmentNames.access]: "open", [environmentNames.space]: "shop" });
    expect((await ask("/shop/ping")).status).toBe(200);
    expect((await ask("/dev/ping")).status).toBe(404);
    stubSettings({ [environmentNames.access]: "open", [environmentNames.space]: "" });
    expect((await ask("/ping")).status).toBe(200);
    expect((await ask("/dev/ping")).status).toBe(404);
  });
});
