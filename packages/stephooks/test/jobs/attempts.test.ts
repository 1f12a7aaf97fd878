import type { Interceptor } from "@stephooks/contracts";
import { jobLane } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { WorkerOptions } from "../../src/index.ts";
import { enqueued, idle, type JobWorld, jobWorld, VISIBILITY } from "./job-world.ts";

const never = new Promise<never>(() => {});

/** Runs a worker that always throws on one job, and answers when it began, in seconds, and what became of it. */
async function failing(options: WorkerOptions, error: unknown = new TypeError("broken")) {
  const world = jobWorld();
  const start = world.clock.now();
  const begun: number[] = [];
  const app = createApp();
  app.worker(
    "t",
    () => {
      begun.push((world.clock.now() - start) / 1_000);
      throw error;
    },
    options,
  );
  enqueued(world, { topic: "t", payload: { n: 1 } });
  await world.drain(world.host(app.init()));
  return { begun, dead: world.dead(), world };
}

describe("a job that keeps failing", () => {
  test("is tried three times, after one and two seconds, then buried with its reason", async () => {
    const { begun, dead, world } = await failing({});
    expect(begun).toEqual([0, 1, 3]);
    expect(dead).toEqual([
      {
        job: { id: "job1", item: "job1", topic: "t", payload: { n: 1 }, createdAt: world.clock.now() - 3_000 },
        attempts: 3,
        code: "TypeError",
        reason: "broken",
        diedAt: world.clock.now(),
      },
    ]);
    expect(world.logged.map(({ attempt, event }) => [event, attempt])).toEqual([
      ["job failed", 1],
      ["job failed", 2],
      ["job failed", 3],
      ["job given up", undefined],
    ]);
  });

  test.for<[WorkerOptions["retry"] & object, readonly number[]]>([
    [{ maximumAttempts: 1 }, [0]],
    [{ maximumAttempts: 5, initialInterval: "10s" }, [0, 10, 30, 70, 130]],
    [{ initialInterval: 4_000, backoffCoefficient: 1 }, [0, 4, 8]],
    [{ maximumAttempts: 4, initialInterval: "10s", maximumInterval: "12s" }, [0, 10, 22, 34]],
    [{ initialInterval: 0 }, [0, 0, 0]],
    [{ initialInterval: 500, backoffCoefficient: 1 }, [0, 1, 2]],
    [{ nonRetryable: ["TypeError"] }, [0]],
    [{ nonRetryable: ["RangeError"] }, [0, 1, 3]],
  ])("with retry %j begins at these seconds: %j", async ([retry, seconds]) => {
    const { begun, dead } = await failing({ retry });
    expect(begun).toEqual(seconds);
    expect(dead).toMatchObject([{ attempts: seconds.length }]);
  });

  test("pauses for twelve hours at the most, as long as SQS hides a message", async () => {
    const { begun } = await failing({ retry: { maximumAttempts: 2, initialInterval: "3d", maximumInterval: "3d" } });
    expect(begun).toEqual([0, 42_000]);
  });

  test("with jitter pauses for a part of the time that chance says", async () => {
    const { begun } = await failing({
      retry: { maximumAttempts: 2, initialInterval: "1000s", maximumInterval: "1h", jitter: 1 },
    });
    expect(begun[1]).toBeLessThan(1_000);
  });

  test("is buried whatever it throws, and however much it says", async () => {
    const unprintable = new Proxy(new Error("x"), {
      get: () => {
        throw new Error("no");
      },
    });
    const once = { retry: { maximumAttempts: 1 } };
    expect((await failing(once, unprintable)).dead).toMatchObject([{ code: "Thrown" }]);
    expect((await failing(once, "a text")).dead).toMatchObject([{ code: "Thrown", reason: "a text" }]);
    expect((await failing(once, Symbol("s"))).dead).toMatchObject([{ code: "Thrown", reason: "a symbol" }]);
    const [dead] = (await failing(once, new Error("\ud800".repeat(100_000)))).dead;
    expect(dead?.reason).toMatch(/^\ud800{1000,2000}$/);
  });

  test("holds its slot for its attempts only", async () => {
    const world = jobWorld();
    const ran: string[] = [];
    const app = createApp();
    app.worker("t", (req) => {
      ran.push(req.body.jobId);
      if (req.body.payload === "poison") throw new Error("no");
    });
    enqueued(world, { topic: "t", payload: "poison" });
    for (let count = 0; count < 12; count++) enqueued(world, { topic: "t" });
    const start = world.clock.now();
    await world.drain(world.host(app.init()));
    const behind = Array.from({ length: 12 }, (_, index) => `job${index + 2}`);
    expect(ran).toEqual(["job1", "job1", "job1", ...behind]);
    expect(world.clock.now() - start).toBe(3_000);
    expect(world.dead()).toHaveLength(1);
  });
});

describe("attempts are not receives", () => {
  test("a job behind failing ones has all its attempts when its turn comes", async () => {
    const world = jobWorld();
    const ran: string[] = [];
    const app = createApp();
    app.worker("t", (req) => {
      ran.push(req.body.jobId);
      throw new Error("no");
    });
    for (let count = 0; count < 5; count++) enqueued(world, { topic: "t" });
    await world.drain(world.host(app.init()));
    expect(ran).toEqual(["job1", "job2", "job3", "job4", "job5"].flatMap((id) => [id, id, id]));
    expect(world.dead()).toMatchObject(Array.from({ length: 5 }, () => ({ attempts: 3, reason: "no" })));
  });

  test("a job that was handed out in vain, as throttled functions let happen, has them, too", async () => {
    const world = jobWorld();
    let ran = 0;
    const app = createApp();
    app.worker("t", () => {
      ran += 1;
      throw new Error("no");
    });
    enqueued(world, { topic: "t" });
    for (let receive = 0; receive < 7; receive++) {
      await world.queue.receive(10, 0);
      world.clock.advance(VISIBILITY * 1_000);
    }
    await world.drain(world.host(app.init()));
    expect(ran).toBe(3);
    expect(world.dead()).toMatchObject([{ attempts: 3, reason: "no" }]);
  });

  test("a job that works at once writes nothing", async () => {
    const world = jobWorld();
    const calls: string[] = [];
    const app = createApp();
    app.worker("t", () => {});
    enqueued(world, { topic: "t" });
    const host = world.host(app.init(), { intercept: (operation, perform) => (calls.push(operation), perform()) });
    await world.drain(host);
    expect(calls).toEqual([]);
  });
});

describe("a job that ends its process", () => {
  /** Ten processes, one after the other, of an app whose job with the payload "kills" ends the process it runs in. */
  async function tenProcesses(world: JobWorld) {
    const begun: string[] = [];
    const ended: string[] = [];
    for (let process = 0; process < 10; process++) {
      const life = { over: false };
      const answer = async (): Promise<void> => (life.over ? never : undefined);
      const app = createApp();
      app.worker(
        "t",
        async (req) => {
          begun.push(req.body.jobId);
          if (req.body.payload === "kills") life.over = true;
          await idle(3);
          await answer();
          ended.push(req.body.jobId);
        },
        { timeout: "800s" },
      );
      const intercept: Interceptor = async (_operation, perform) => (await answer(), perform());
      const host = world.host(app.init(), { intercept });
      for (let batch = 0; batch < 30 && !life.over; batch++) {
        void world.deliver(host);
        await idle();
      }
      world.clock.advance(VISIBILITY * 1_000);
    }
    return { begun, ended };
  }

  test("ends as a dead letter, without beginning again after its attempts", async () => {
    const world = jobWorld();
    enqueued(world, { topic: "t", payload: "kills" });
    enqueued(world, { topic: "t" });
    const { begun, ended } = await tenProcesses(world);
    // The first receive is counted by what comes of it, and nothing came.
    expect(begun).toEqual(["job1", "job1", "job1", "job1", "job2"]);
    expect(ended).toEqual(["job2"]);
    expect(world.dead()).toMatchObject([{ job: { id: "job1" }, attempts: 3, code: "attempts-used-up" }]);
    expect(world.queue.messages()).toEqual([]);
  });

  test("takes no other with it: those in the same batch begin when it has ended or in another process", async () => {
    const world = jobWorld();
    enqueued(world, { topic: "t", payload: "kills" }, 0);
    for (let slot = 1; slot < 10; slot++) enqueued(world, { topic: "t" }, slot);
    const { begun, ended } = await tenProcesses(world);
    expect(begun.filter((id) => id === "job1")).toHaveLength(4);
    expect(new Set(ended).size).toBe(9);
    // Once beside the first receive, when nobody knew; then once more.
    expect(ended.length).toBeLessThanOrEqual(9 + 9);
    expect(world.dead()).toMatchObject([{ job: { id: "job1" } }]);
    expect(world.queue.messages()).toEqual([]);
  });
});

test("a dead job that somebody moves back has its attempts again", async () => {
  const { world } = await failing({});
  const app = createApp();
  let ran = 0;
  app.worker("t", (req) => {
    ran += 1;
    expect(req.body).toMatchObject({ jobId: "job1", payload: { n: 1 } });
    if (ran < 3) throw new Error("still");
  });
  const [body = ""] = world.queue.dead();
  world.queue.inject(body, jobLane("t", 0));
  await world.drain(world.host(app.init()));
  expect(ran).toBe(3);
  expect(world.dead()).toHaveLength(1);
});
