import { Datastore } from "stephooks";
import { createApp, type LambdaHandler } from "stephooks/host";
import { describe, expect, test } from "vitest";
import { crashTest, testApp } from "@stephooks/testkit";

/** Mails that are sent by a worker, one of which nobody can deliver. */
function mailing(sent: string[]): LambdaHandler {
  const app = createApp();
  app.worker("mail", async (req, res) => {
    if (req.body.payload === "nobody") throw new RangeError("no such address");
    sent.push(req.body.payload);
    res.end();
  });
  app.post("/mails/:to", async (req, res) => {
    res.json(await Datastore.open().enqueue("mail", req.params["to"]));
  });
  return app.init();
}

describe("jobs of a test app", () => {
  test("wait until it settles", async () => {
    const sent: string[] = [];
    const app = testApp(mailing(sent));
    const { body } = await app.request("POST", "/mails/ada");
    expect(app.jobs()).toEqual([
      { topic: "mail", jobId: expect.any(String), id: expect.any(String), payload: "ada", dueAt: app.now() },
    ]);
    expect(body).toMatchObject({ jobId: app.jobs()[0]?.jobId });
    expect(sent).toEqual([]);
    await app.settle();
    expect(sent).toEqual(["ada"]);
    expect(app.jobs()).toEqual([]);
    expect(app.messages()).toEqual([]);
  });

  test("are tried again as time passes; those behind wait; what is given up says why", async () => {
    const sent: string[] = [];
    const app = testApp(mailing(sent));
    for (const to of ["nobody", "ada"]) await app.request("POST", `/mails/${to}`);
    await app.settle();
    expect(sent).toEqual([]);
    expect(app.jobs()).toMatchObject([{ payload: "nobody", dueAt: app.now() + 1_000 }, { payload: "ada" }]);
    await app.advance("2s");
    expect(sent).toEqual([]);
    await app.advance("1s");
    expect(sent).toEqual(["ada"]);
    expect(app.jobs()).toMatchObject([
      { payload: "nobody", dueAt: app.now(), death: { attempts: 3, code: "RangeError", reason: "no such address" } },
    ]);
  });

  test("may enqueue others, and start workflows", async () => {
    const app = createApp();
    const orders = app.createWorkflow("orders", "", { begin: async (_state: object, goto) => goto(null) });
    app.worker("first", async () => void (await Datastore.open().enqueue("second", 1)));
    app.worker("second", async () => void (await orders.start({}, { id: "o1" })));
    app.post("/", async (_req, res) => res.json(await Datastore.open().enqueue("first", 1)));
    const world = testApp(app.init());
    await world.request("POST", "/");
    await world.settle();
    expect((await world.instance("o1")).status).toBe("completed");
  });

  test("that enqueue themselves at once and for ever are found", async () => {
    const app = createApp();
    app.worker("loop", async () => void (await Datastore.open().enqueue("loop", 1)));
    app.post("/", async (_req, res) => res.json(await Datastore.open().enqueue("loop", 1)));
    const world = testApp(app.init());
    await world.request("POST", "/");
    await expect(world.settle()).rejects.toMatchObject({
      code: "never-settles",
      message: expect.stringContaining("a job of topic loop"),
    });
  });

  test("have the time their worker asks for", async () => {
    const app = createApp();
    let hidden = 0;
    app.worker("slow", () => void (hidden = (world.jobs()[0]?.dueAt ?? 0) - world.now()), { timeout: "14m" });
    app.post("/", async (_req, res) => res.json(await Datastore.open().enqueue("slow", 1)));
    const world = testApp(app.init());
    await world.request("POST", "/");
    await world.settle();
    expect(hidden).toBeGreaterThan(14 * 60_000);
  });
});

describe("a worker with a source", () => {
  const queueArn = "arn:aws:sqs:eu-central-1:123456789012:payments";
  const payments = (): LambdaHandler => {
    const app = createApp();
    const orders = app.createWorkflow("orders", "", { begin: async (_state: { paid: unknown }, goto) => goto(null) });
    app.worker("payments", (req) => orders.start({ paid: req.body.payload }, { id: req.body._id }), {
      source: { queueArn },
    });
    app.worker("own", () => {});
    return app.init();
  };

  test("gets what is delivered to it; the answer names what failed", async () => {
    const app = testApp(payments());
    const failed = await app.deliver("payments", [
      { body: { a: 1 }, id: "o1" },
      { body: "text" },
      { body: 1, id: "?" },
    ]);
    expect(failed).toEqual(["?"]);
    await app.settle();
    expect((await app.instance("o1")).state).toEqual({ paid: { a: 1 } });
    expect((await app.instance("m2")).state).toEqual({ paid: "text" });
  });

  test("is the only one that messages can be delivered to", () => {
    const app = testApp(payments());
    expect(() => app.deliver("own", [])).toThrow(expect.objectContaining({ code: "unknown-source" }));
    expect(() => app.deliver("nobody", [])).toThrow("payments");
  });

  test("starts its workflow once for each message, whichever process dies at whichever call", async () => {
    const report = await crashTest(payments, {
      start: async (app) => {
        // A queue delivers at least once.
        for (let time = 0; time < 2; time++)
          await app.deliver("payments", [
            { body: 5, id: "o1" },
            { body: 6, id: "o2" },
          ]);
      },
    });
    expect(report.instances.map(({ state }) => state)).toEqual([{ paid: 5 }, { paid: 6 }]);
  });
});
