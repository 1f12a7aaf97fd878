import { describe, expect, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import type { CronFunction, CronOptions } from "../../src/crons/index.ts";
import { coded } from "../support/app-world.ts";
import { type CronWorld, cronWorld, type CronWorldOptions, MINUTE, START } from "./cron-world.ts";

const HOUR = 60 * MINUTE;
const NIGHTLY = "0 9 * * *";
const NAME = "0_9_x_x_x";
const RUN = `job:${NAME}:2026-01-05T09:00:00Z`;

function world(run: CronFunction, options?: CronOptions, around?: CronWorldOptions): CronWorld {
  const app = createApp();
  app.job(NIGHTLY, run, options);
  return cronWorld(app.init(), around);
}

describe("a tick", () => {
  test("runs the function once, as an instance with the id of the tick", async () => {
    const run = vi.fn();
    const there = world(run);
    there.tick(NAME);
    await there.settle();
    expect(run).toHaveBeenCalledTimes(1);
    expect(there.runs()).toEqual([
      {
        id: RUN,
        status: "completed",
        state: { job: NAME, expression: NIGHTLY, scheduledAt: "2026-01-05T09:00:00.000Z", outcome: "ran" },
      },
    ]);
    expect(there.queue.messages()).toEqual([]);
  });

  test("that is delivered twice, or by two schedules some seconds apart, runs once", async () => {
    const run = vi.fn();
    const there = world(run);
    there.tick(NAME);
    there.tick(NAME);
    await there.settle();
    there.clock.advance(30_000);
    there.tick(NAME);
    there.tick(NAME, START);
    await there.settle();
    expect(run).toHaveBeenCalledTimes(1);
  });

  test("is acknowledged only when its run cannot be lost any more", async () => {
    const run = vi.fn();
    let failures = 1;
    const there = world(run, undefined, {
      send: (real) => (messages) => (failures-- > 0 ? Promise.reject(new Error("SQS is away")) : real(messages)),
    });
    there.tick(NAME);
    expect(await there.deliver()).toHaveLength(1);
    expect(there.runs()).toEqual([]);
    await there.pass(2 * MINUTE);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test("of a job that this deployment does not have is acknowledged with a line in the log", async () => {
    const there = world(vi.fn());
    there.tick("gone");
    expect(await there.deliver()).toEqual([]);
    expect(there.logged).toContain("tick dropped: this deployment has no such job");
    expect(there.queue.messages()).toEqual([]);
  });

  test.for([
    [-24 * HOUR - MINUTE, 0],
    [-24 * HOUR, 1],
    [4 * MINUTE, 1],
    [6 * MINUTE, 0],
  ])("whose time is %i ms from now starts %i runs", async ([offset = 0, started = 0]) => {
    const run = vi.fn();
    const there = world(run);
    there.tick(NAME, START + offset);
    await there.settle();
    expect(run).toHaveBeenCalledTimes(started);
    expect(there.logged.includes("tick dropped: it is not of this day")).toBe(started === 0);
    expect(there.queue.messages()).toEqual([]);
  });

  test("shares a batch with steps, and neither harms the other", async () => {
    const app = createApp();
    const run = vi.fn();
    app.job(NIGHTLY, run);
    const there = cronWorld(app.init());
    there.tick(NAME);
    there.queue.inject("not ours");
    const [kept] = [await there.deliver()];
    expect(kept).toHaveLength(1);
    await there.settle();
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe("the function", () => {
  test("gets a request and a response that says which run it is", async () => {
    const seen: unknown[] = [];
    const there = world((req, res) => {
      seen.push(req.body, res.jobId);
      res.status(500).json({ any: "answer" });
    });
    there.tick(NAME);
    await there.settle();
    expect(seen).toEqual([
      {
        _id: RUN,
        topic: NAME,
        payload: { scheduledAt: "2026-01-05T09:00:00.000Z" },
        jobId: RUN,
        _created: "2026-01-05T09:00:00.000Z",
      },
      RUN,
    ]);
    expect(there.runs()[0]?.status).toBe("completed");
  });

  test("may be written as ({}, {jobId}) and never end the response", async () => {
    const ids: string[] = [];
    const there = world(async (_req, { jobId }) => void ids.push(jobId));
    there.tick(NAME);
    await there.settle();
    expect(ids).toEqual([RUN]);
  });

  test("may be one of several, which go on by next()", async () => {
    const app = createApp();
    const order: string[] = [];
    app.job(
      NIGHTLY,
      (_req, _res, next) => {
        order.push("first");
        next();
      },
      (_req, res) => {
        order.push("second");
        res.end();
      },
    );
    const there = cronWorld(app.init());
    there.tick(NAME);
    await there.settle();
    expect(order).toEqual(["first", "second"]);
  });

  test("that throws is run three times with the same jobId, then the run has failed with the reason", async () => {
    const ids: string[] = [];
    const there = world((_req, res) => {
      ids.push(res.jobId);
      throw new RangeError("no such file");
    });
    there.tick(NAME);
    await there.pass(HOUR);
    expect(ids).toEqual([RUN, RUN, RUN]);
    expect(there.store.heads()).toMatchObject([{ status: "failed", error: { message: "no such file" } }]);
  });
});

describe("option", () => {
  test("retry says how often", async () => {
    const run = vi.fn(() => Promise.reject(new Error("no")));
    const there = world(run, { retry: { maximumAttempts: 2 } });
    there.tick(NAME);
    await there.pass(HOUR);
    expect(run).toHaveBeenCalledTimes(2);
  });

  test("timeout fails an attempt that takes longer", async () => {
    const there = world(() => new Promise(() => {}), { timeout: "5s", retry: { maximumAttempts: 1 } });
    there.tick(NAME);
    await there.deliver();
    const running = there.deliver();
    await vi.waitFor(() => expect(there.queue.messages()).toHaveLength(1));
    await new Promise((resolve) => setImmediate(resolve));
    there.clock.advance(4_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(there.store.heads()[0]?.status).toBe("runnable");
    there.clock.advance(1);
    await running;
    expect(there.store.heads()).toMatchObject([{ status: "failed", error: { code: "job-timeout" } }]);
  });

  test("name is what ticks and runs go by", async () => {
    const run = vi.fn();
    const there = world(run, { name: "nightly" });
    there.tick("nightly");
    await there.settle();
    expect(there.runs()).toMatchObject([{ id: "job:nightly:2026-01-05T09:00:00Z", status: "completed" }]);
  });

  test("timeZone is where the expression is evaluated", () => {
    const app = createApp();
    app.job(NIGHTLY, vi.fn(), { timeZone: "America/New_York" });
    expect(app.init().manifest.crons).toMatchObject([{ timeZone: "America/New_York" }]);
  });
});

test("the manifest holds every job, and no workflow of ours", () => {
  const app = createApp();
  const run = vi.fn();
  app.job("0 9 * * MON-FRI", run);
  app.job("*/10 * * * * *", run, { name: "pulse", timeZone: "Europe/Berlin", timeout: "2m" });
  app.job("0 9 * * mon-fri", run);
  app.job("0 0 1,15 * FRI#2", run, undefined);
  expect(app.init().manifest).toMatchObject({
    workflows: [],
    crons: [
      { name: "0_9_x_x_MON-FRI", expression: "0 9 * * MON-FRI", timeZone: "UTC", timeout: 50_000 },
      { name: "pulse", expression: "*/10 * * * * *", timeZone: "Europe/Berlin", timeout: 120_000 },
      { name: "0_9_x_x_MON-FRI-2", expression: "0 9 * * mon-fri", timeZone: "UTC", timeout: 50_000 },
      { name: "0_0_1.15_x_FRI_nth_2", expression: "0 0 1,15 * FRI#2", timeZone: "UTC", timeout: 50_000 },
    ],
  });
});

describe("refused where it is written", () => {
  const register = (...args: readonly unknown[]): unknown => {
    const { job } = createApp();
    return Reflect.apply(job, undefined, args);
  };
  const run = (): void => {};

  test.for([
    { timeout: 0 },
    { timeout: "15m" },
    { timeout: "soon" },
    { retry: { maximumAttempts: 0 } },
    { retry: 3 },
    { overlap: "queue" },
    { name: "" },
    { name: "a b" },
    { name: "a".repeat(65) },
    { timeZone: 1 },
  ])("%j", (options) => {
    expect(() => register(NIGHTLY, run, options)).toThrow(coded("invalid-job"));
  });

  test("an expression, a zone and a function that are none", () => {
    expect(() => register("99 * * * *", run)).toThrow(coded("invalid-expression"));
    expect(() => register(undefined, run)).toThrow(coded("invalid-job"));
    expect(() => register(NIGHTLY, run, { timeZone: "Mars/Olympus" })).toThrow(coded("unknown-time-zone"));
    expect(() => register(NIGHTLY)).toThrow(coded("invalid-handler"));
    expect(() => register(NIGHTLY, {})).toThrow(coded("invalid-handler"));
    expect(() => register(NIGHTLY, run, "x", run)).toThrow(coded("invalid-handler"));
  });

  test("a name that another job has", () => {
    const app = createApp();
    app.job(NIGHTLY, run, { name: "a" });
    expect(() => app.job("1 * * * *", run, { name: "a" })).toThrow(coded("invalid-job"));
  });
});

describe("a job with seconds", () => {
  test("runs at its ticks of the next minute, also when the message is some seconds late", async () => {
    const app = createApp();
    const at: string[] = [];
    const there = cronWorld(app.init());
    app.job("*/20 * * * * *", () => void at.push(new Date(there.clock.now()).toISOString()), { name: "pulse" });
    there.tick("pulse");
    there.clock.advance(13_500);
    await there.settle();
    expect(at).toEqual([]);
    there.tick("pulse", START);
    await there.pass(2 * MINUTE);
    expect(at).toEqual(["2026-01-05T09:01:00.500Z", "2026-01-05T09:01:20.500Z", "2026-01-05T09:01:40.500Z"]);
    expect(there.runs().map(({ id }) => id)).toEqual([
      "job:pulse:2026-01-05T09:01:00Z",
      "job:pulse:2026-01-05T09:01:20Z",
      "job:pulse:2026-01-05T09:01:40Z",
    ]);
  });

  test("whose message comes minutes late runs its ticks at once", async () => {
    const app = createApp();
    const run = vi.fn();
    app.job("0,30 * * * * *", run, { name: "pulse", overlap: "allow" });
    const there = cronWorld(app.init());
    there.tick("pulse", START - 10 * MINUTE);
    await there.settle();
    expect(run).toHaveBeenCalledTimes(2);
  });
});
