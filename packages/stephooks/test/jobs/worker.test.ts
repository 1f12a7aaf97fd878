import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { Datastore } from "../../src/index.ts";
import type { JobBody, JobRequest, WorkerFunction } from "../../src/index.ts";
import { enqueued, gate, idle, jobWorld } from "./job-world.ts";

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("a worker", () => {
  test.for(["worker", "queue"] as const)(
    "registered with app.%s gets the job, and nothing of a request",
    async (name) => {
      const world = jobWorld();
      const got: JobRequest[] = [];
      const app = createApp();
      app[name]("mail", (req, res) => {
        got.push(req);
        res.end();
      });
      enqueued(world, { topic: "mail", id: "j1", item: "d1", payload: { to: "ada" } });
      await world.drain(world.host(app.init()));
      const created = new Date(world.clock.now()).toISOString();
      expect(got.map(({ body }) => body)).toEqual([
        { _id: "d1", topic: "mail", payload: { to: "ada" }, jobId: "j1", _created: created },
      ] satisfies JobBody[]);
      expect(got.map(({ headers, params, query, rawBody }) => ({ headers, params, query, rawBody }))).toEqual([
        { headers: {}, params: {}, query: {}, rawBody: "" },
      ]);
      expect(world.queue.messages()).toEqual([]);
    },
  );

  const ends: readonly [string, WorkerFunction][] = [
    ["res.end()", (_req, res) => res.end()],
    ["res.status(500).end()", (_req, res) => res.status(500).end()],
    ["res.json()", (_req, res) => res.json({ error: "no" })],
    ["res.send() after set and write", (_req, res) => res.set("a", "b").write("x").send("y")],
    ["a promise that settles", async () => {}],
    ["returning", () => {}],
    ["next()", (_req, _res, next) => next()],
    ["ending later, without anybody awaiting it", (_req, res) => void pause(1).then(() => res.end())],
  ];
  test.for(ends)("has done its job by %s", async ([, work]) => {
    const world = jobWorld();
    const app = createApp();
    app.worker("t", work);
    enqueued(world, { topic: "t" });
    const { failed } = await world.deliver(world.host(app.init()));
    expect(failed).toEqual([]);
    expect(world.queue.messages()).toEqual([]);
  });

  const failures: readonly [string, WorkerFunction][] = [
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
    ["calls next(error)", (_req, _res, next) => next("no")],
  ];
  test.for(failures)("has failed when it %s before the end", async ([, work]) => {
    const world = jobWorld();
    const app = createApp();
    app.worker("t", work);
    const job = enqueued(world, { topic: "t" });
    const { failed } = await world.deliver(world.host(app.init()));
    expect(failed).toEqual(["j1"]);
    expect(world.logged).toContainEqual(
      expect.objectContaining({ event: "job failed", topic: "t", job: job.id, attempt: 1, reason: "no", retryIn: 1 }),
    );
  });

  test("that throws after res.end() has done its job; the error is logged", async () => {
    const world = jobWorld();
    const app = createApp();
    app.worker("t", (_req, res) => {
      res.end();
      throw new Error("too late");
    });
    enqueued(world, { topic: "t" });
    expect((await world.deliver(world.host(app.init()))).failed).toEqual([]);
    expect(world.logged).toMatchObject([{ level: "error", event: "job threw after its end", reason: "too late" }]);
  });

  test("may be several functions: each runs when the one before has called next", async () => {
    const world = jobWorld();
    const ran: string[] = [];
    const app = createApp();
    app.queue(
      "t",
      (_req, _res, next) => {
        ran.push("first");
        next();
      },
      (_req, res) => {
        ran.push("second");
        res.end();
      },
      () => ran.push("never"),
    );
    enqueued(world, { topic: "t" });
    await world.drain(world.host(app.init()));
    expect(ran).toEqual(["first", "second"]);
  });

  test("is replaced by a second registration of its topic, options included", async () => {
    const world = jobWorld();
    const ran: string[] = [];
    const app = createApp();
    app.worker("t", () => ran.push("old"), { workers: 5, timeout: 7 });
    app.worker("t", () => ran.push("new"));
    enqueued(world, { topic: "t" });
    const handler = app.init();
    await world.drain(world.host(handler));
    expect(ran).toEqual(["new"]);
    expect(handler.manifest.workers).toEqual([{ topic: "t", slots: 1, timeout: 50_000 }]);
  });

  test("uses the datastore of its app", async () => {
    const world = jobWorld();
    const app = createApp();
    app.worker("t", async (req, res) => {
      const data = await Datastore.open();
      await data.insertOne("done", { _id: req.body._id, seen: await data.incr("seen") });
      res.end();
    });
    enqueued(world, { topic: "t", id: "a" });
    await world.drain(world.host(app.init()));
    expect((await world.documents.read("done", ["a"])).get("a")?.document).toEqual({ _id: "a", seen: 1 });
  });
});

describe("a slot", () => {
  test("is held until the promise and all that began in its async context have settled", async () => {
    const world = jobWorld();
    const order: string[] = [];
    const awaited = gate();
    const app = createApp();
    app.worker("t", async (req, res) => {
      order.push(`begin ${req.body.jobId}`);
      res.end();
      if (req.body.jobId !== "job1") return;
      await awaited.promise;
      order.push("settled");
      const look = (): Promise<unknown> => Datastore.open().get("x");
      setTimeout(() => void look().then(() => order.push("left behind")), 5);
    });
    enqueued(world, { topic: "t" });
    enqueued(world, { topic: "t" });
    const delivered = world.deliver(world.host(app.init()));
    await idle();
    expect(order).toEqual(["begin job1"]);
    awaited.resolve();
    await delivered;
    expect(order).toEqual(["begin job1", "settled", "left behind", "begin job2"]);
  });

  test("is free after the timeout: the attempt has failed with job-timeout", async () => {
    const world = jobWorld();
    const app = createApp();
    app.worker("t", () => gate().promise, { timeout: "20s" });
    enqueued(world, { topic: "t" });
    const delivered = world.deliver(world.host(app.init()));
    await idle();
    world.clock.advance(19_999);
    await idle();
    expect(world.logged).toEqual([]);
    world.clock.advance(1);
    expect((await delivered).failed).toEqual(["j1"]);
    expect(world.logged).toMatchObject([{ event: "job failed", code: "job-timeout", attempt: 1 }]);
  });

  test("is free after the timeout: a job that had ended is done", async () => {
    const world = jobWorld();
    const app = createApp();
    app.worker(
      "t",
      async (_req, res) => {
        res.end();
        await gate().promise;
      },
      { timeout: 20_000 },
    );
    enqueued(world, { topic: "t" });
    const delivered = world.deliver(world.host(app.init()));
    await idle();
    world.clock.advance(20_000);
    expect((await delivered).failed).toEqual([]);
    expect(world.logged).toMatchObject([{ code: "job-timeout" }]);
  });
});
