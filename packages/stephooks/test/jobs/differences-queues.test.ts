import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { queueDifferences } from "../../src/compat/differences-queues.ts";
import { Datastore } from "../../src/index.ts";
import { answerOf, coded } from "../support/app-world.ts";
import { ask, enqueued, jobWorld } from "./job-world.ts";

const facts: Readonly<Record<string, () => Promise<void>>> = {
  "unknown-topic": async () => {
    const app = createApp();
    app.worker("mail", () => {});
    app.post("/", async (_req, res) => {
      const refusal: unknown = await Datastore.open()
        .enqueue("mial", 1)
        .catch((error: unknown) => error);
      expect(refusal).toEqual(coded("unknown-topic"));
      res.end(String(refusal));
    });
    const world = jobWorld();
    const answer = answerOf(await ask(world.host(app.init()), "/"));
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('there are: "mail"') });
    expect(world.queue.messages()).toEqual([]);
  },
  "failed-jobs-are-tried-again": async () => {
    const world = jobWorld();
    const ran: unknown[] = [];
    const app = createApp();
    app.worker("t", (req, res) => {
      ran.push(req.body.payload);
      if (req.body.payload === "throws") throw new Error("why");
      res.status(500).end();
    });
    enqueued(world, { topic: "t", payload: "ends with 500" });
    enqueued(world, { topic: "t", payload: "throws" });
    await world.drain(world.host(app.init()));
    expect(ran).toEqual(["ends with 500", "throws", "throws", "throws"]);
    expect(world.dead()).toMatchObject([{ job: { payload: "throws" }, attempts: 3, reason: "why" }]);
  },
  "worker-runs-every-function": async () => {
    const world = jobWorld();
    const ran: string[] = [];
    const app = createApp();
    app.worker(
      "t",
      (_req, _res, next) => {
        ran.push("a");
        next();
      },
      () => ran.push("b"),
    );
    enqueued(world, { topic: "t" });
    await world.drain(world.host(app.init()));
    expect(ran).toEqual(["a", "b"]);
  },
  "worker-options-are-checked": async () => {
    const app = createApp();
    expect(() => app.worker("t", () => {}, { workers: 0 })).toThrow(coded("invalid-worker"));
  },
  "jobs-are-messages": async () => {
    const app = createApp();
    app.worker("t", () => {});
    app.post("/", async (_req, res) => {
      const data = Datastore.open();
      await data.enqueue("t", 1);
      res.json(await data.count("_queue_t"));
    });
    const world = jobWorld();
    expect(answerOf(await ask(world.host(app.init()), "/")).body).toEqual({ count: 0 });
    expect(world.queue.messages()).toHaveLength(1);
  },
};

test("every difference of queues has a fact", () => {
  expect(Object.keys(facts).toSorted()).toEqual(queueDifferences.map(({ id }) => id).toSorted());
});

test.for(queueDifferences)("$id", async ({ id }) => {
  await facts[id]?.();
});
