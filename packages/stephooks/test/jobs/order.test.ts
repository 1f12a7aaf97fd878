import { jobLane } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { enqueued, gate, idle, jobQueueArn, jobWorld } from "./job-world.ts";
import { sqsEvent } from "../support/lambda-events.ts";

describe("one slot", () => {
  test("runs its jobs one after the other, in the order they were sent", async () => {
    const world = jobWorld();
    const events: string[] = [];
    const app = createApp();
    app.worker("t", async (req) => {
      events.push(`begin ${req.body.jobId}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      events.push(`end ${req.body.jobId}`);
    });
    const jobs = Array.from({ length: 25 }, () => enqueued(world, { topic: "t" }).id);
    await world.drain(world.host(app.init()));
    expect(events).toEqual(jobs.flatMap((id) => [`begin ${id}`, `end ${id}`]));
  });

  test("stays serial with two hosts on one queue, also when one of them is slow", async () => {
    const world = jobWorld();
    const first = gate();
    const events: string[] = [];
    const handler = (name: string) => {
      const app = createApp();
      app.worker("t", async (req) => {
        events.push(`${name} begins ${req.body.payload}`);
        if (req.body.payload === 0) await first.promise;
        events.push(`ends ${req.body.payload}`);
      });
      return app.init();
    };
    const [one, two] = [world.host(handler("one")), world.host(handler("two"))];
    for (let payload = 0; payload < 3; payload++) enqueued(world, { topic: "t", payload });
    const slow = world.deliver(one);
    await idle();
    enqueued(world, { topic: "t", payload: 3 });
    expect((await world.deliver(two)).batch).toEqual([]);
    first.resolve();
    await slow;
    await world.deliver(two);
    expect(events).toEqual([
      ...["one begins 0", "ends 0", "one begins 1", "ends 1", "one begins 2", "ends 2"],
      ...["two begins 3", "ends 3"],
    ]);
  });

  test("waits for a failed job: those behind it come back at once and are handed out after it", async () => {
    const world = jobWorld();
    const ran: number[] = [];
    const app = createApp();
    app.worker("t", (req) => {
      ran.push(req.body.payload);
      if (ran.length === 2) throw new Error("the second job, once");
    });
    for (let payload = 0; payload < 4; payload++) enqueued(world, { topic: "t", payload });
    const host = world.host(app.init());
    const { failed } = await world.deliver(host);
    const now = world.clock.now();
    expect(failed).toEqual(["j2", "j3", "j4"]);
    expect(world.queue.messages().map(({ visibleAt }) => visibleAt - now)).toEqual([1_000, 0, 0]);
    expect((await world.deliver(host)).batch).toEqual([]);
    world.clock.advance(1_000);
    await world.drain(host);
    expect(ran).toEqual([0, 1, 1, 2, 3]);
  });

  test("puts those behind back before the failed one, which keeps them from being handed out", async () => {
    const world = jobWorld();
    const app = createApp();
    app.worker("t", () => Promise.reject(new Error("no")));
    for (let payload = 0; payload < 3; payload++) enqueued(world, { topic: "t", payload });
    const seen: (readonly boolean[])[] = [];
    const host = world.host(app.init(), {
      intercept: async (operation, perform) => {
        const result = await perform();
        if (operation === "postpone-job") {
          seen.push(world.queue.messages().map(({ visibleAt }) => visibleAt <= world.clock.now()));
        }
        return result;
      },
    });
    await world.deliver(host);
    expect(seen).toEqual([
      [false, true, true],
      [false, true, true],
      [false, true, true],
    ]);
  });
});

describe("slots and topics", () => {
  test("run side by side; what fails in one stops no other", async () => {
    const world = jobWorld();
    const open = gate();
    let running = 0;
    let most = 0;
    const app = createApp();
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await open.promise;
      running -= 1;
    };
    app.worker("a", work, { workers: 2 });
    app.worker("b", work);
    app.worker("bad", async () => {
      await work();
      throw new Error("no");
    });
    for (const [topic, slot] of [
      ["a", 0],
      ["a", 1],
      ["b", 0],
      ["bad", 0],
      ["a", 0],
    ] as const) {
      enqueued(world, { topic }, slot);
    }
    const delivered = world.deliver(world.host(app.init()));
    await idle();
    open.resolve();
    expect((await delivered).failed).toEqual(["j4"]);
    expect(most).toBe(4);
  });

  test("that an earlier deployment had more of are worked on, too", async () => {
    const world = jobWorld();
    const ran: number[] = [];
    const app = createApp();
    app.worker("t", (req) => ran.push(req.body.payload), { workers: 2 });
    enqueued(world, { topic: "t", payload: 7 }, 7);
    await world.drain(world.host(app.init()));
    expect(ran).toEqual([7]);
  });
});

describe("time", () => {
  const remaining = (milliseconds: number) => ({ getRemainingTimeInMillis: () => milliseconds });

  test("a job begins only when its timeout fits in what is left; the rest comes back at once, in order", async () => {
    const world = jobWorld();
    const ran: number[] = [];
    const app = createApp();
    app.worker(
      "t",
      (req) => {
        ran.push(req.body.payload);
        world.clock.advance(15_000);
      },
      { timeout: "20s" },
    );
    for (let payload = 0; payload < 5; payload++) enqueued(world, { topic: "t", payload });
    const host = world.host(app.init());
    // 60 s less 2 s around it: the first begins with 58, then 43, 28, and 13 left.
    const { failed } = await world.deliver(host, remaining(60_000));
    expect(ran).toEqual([0, 1, 2]);
    expect(failed).toEqual(["j4", "j5"]);
    expect(world.queue.messages().map(({ visibleAt }) => visibleAt <= world.clock.now())).toEqual([true, true]);
    await world.drain(host);
    expect(ran).toEqual([0, 1, 2, 3, 4]);
    expect(world.logged).toEqual([]);
  });

  test("the first of a batch begins however long its timeout is, and has what is left", async () => {
    const world = jobWorld();
    const app = createApp();
    app.worker("t", () => gate().promise, { timeout: "10m" });
    enqueued(world, { topic: "t" });
    const delivered = world.deliver(world.host(app.init()), remaining(30_000));
    await idle();
    world.clock.advance(27_999);
    await idle();
    expect(world.logged).toEqual([]);
    world.clock.advance(1);
    expect((await delivered).failed).toEqual(["j1"]);
    expect(world.logged).toMatchObject([{ code: "job-timeout", attempt: 1 }]);
  });

  test("those that wait for a job that is tried again, alone, begin only when their timeout still fits", async () => {
    const world = jobWorld();
    const ran: string[] = [];
    let failures = 1;
    const app = createApp();
    app.worker("flaky", () => {
      if (failures-- > 0) throw new Error("once");
      ran.push("flaky");
      world.clock.advance(15_000);
    });
    app.worker("fits", () => ran.push("fits"), { timeout: "40s" });
    app.worker("long", () => ran.push("long"), { timeout: "45s" });
    enqueued(world, { topic: "flaky" });
    const host = world.host(app.init());
    await world.deliver(host, remaining(60_000));
    world.clock.advance(1_000);
    for (const topic of ["long", "fits"]) enqueued(world, { topic });
    expect((await world.deliver(host, remaining(60_000))).failed).toEqual(["j2"]);
    expect(ran).toEqual(["flaky", "fits"]);
    expect((await world.deliver(host, remaining(60_000))).failed).toEqual([]);
    expect(ran).toEqual(["flaky", "fits", "long"]);
  });

  test("nothing begins when there is none left", async () => {
    const world = jobWorld();
    const app = createApp();
    app.worker("t", () => expect.fail("it ran"));
    enqueued(world, { topic: "t" });
    expect((await world.deliver(world.host(app.init()), remaining(1_500))).failed).toEqual(["j1"]);
    expect(world.logged).toEqual([]);
  });

  test("a batch is answered in time, also when a call to the queue never is", async () => {
    const world = jobWorld();
    const app = createApp();
    app.worker("hangs", () => Promise.reject(new Error("no")));
    app.worker("fine", () => {});
    enqueued(world, { topic: "hangs" });
    enqueued(world, { topic: "fine" });
    const host = world.host(app.init(), {
      intercept: (operation, perform) => (operation === "add-value" ? new Promise(() => {}) : perform()),
    });
    const delivered = world.deliver(host, remaining(30_000));
    await idle();
    world.clock.advance(29_000);
    expect((await delivered).failed).toEqual(["j1"]);
  });
});

test("steps and jobs of one host do not mix: a batch of another queue is none of the jobs", async () => {
  const world = jobWorld();
  const app = createApp();
  app.worker("t", () => expect.fail("it ran"));
  enqueued(world, { topic: "t" });
  const batch = await world.queue.receive(10, 0);
  const host = world.host(app.init());
  const other = jobQueueArn.replace("jobs", "steps");
  expect(await host.handle(sqsEvent(batch, other))).toEqual({ batchItemFailures: [{ itemIdentifier: "j1" }] });
  expect(batch[0]?.group).toBe(jobLane("t", 0));
});
