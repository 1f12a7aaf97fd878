import { parseJob } from "@stephooks/core";
import { describe, expect, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { Datastore } from "../../src/datastore/index.ts";
import { schedule } from "../../src/index.ts";
import { coded } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";
import { type CronWorld, cronWorld, type CronWorldOptions, MINUTE, START } from "./cron-world.ts";

const DAY = 86_400_000;

/** An app in which `act` runs inside an invocation. */
function within<Result>(act: () => Promise<Result>, options?: CronWorldOptions) {
  const app = createApp();
  app.worker("mail", () => {}, { workers: 5 });
  let result: Promise<Result> | undefined;
  app.post("/act", async (_req, res) => {
    result = act();
    await result.catch(() => {});
    res.end();
  });
  const there = cronWorld(app.init(), options);
  return {
    there,
    acted: async (): Promise<Result> => {
      await there.host.handle(httpEvent({ method: "POST", path: "/act" }));
      if (result === undefined) throw new Error("the route did not run");
      return result;
    },
  };
}

const jobsOf = (there: CronWorld): readonly unknown[] =>
  there.jobs.messages().map(({ body }) => {
    const parsed = parseJob(body);
    return parsed.ok ? parsed.job : parsed.reason;
  });

test("runAt keeps a job until its time and then enqueues it under the id it answered", async () => {
  const date = new Date(START + 40 * DAY);
  const { acted, there } = within(() => schedule.runAt(date, { to: "a@b.c" }, "mail"));
  const answer = await acted();
  expect(answer).toMatchObject({ date: date.toISOString(), payload: { to: "a@b.c" }, worker: "mail", topic: "mail" });
  await there.settle();
  expect(jobsOf(there)).toEqual([]);
  await live(there, 40 * DAY - MINUTE);
  await sweep(there);
  await there.pass(MINUTE - 1);
  expect(jobsOf(there)).toEqual([]);
  await there.pass(1);
  expect(jobsOf(there)).toEqual([
    { id: answer._id, item: answer._id, topic: "mail", payload: { to: "a@b.c" }, createdAt: date.getTime() },
  ]);
  expect(answer.jobId).toBe(answer._id);
});

test("a date that is years ahead is waited for in several waits", async () => {
  const { acted, there } = within(() => Datastore.open().runAt(START + 800 * DAY, 1, "mail"));
  await acted();
  await there.settle();
  expect(there.store.heads()[0]).toMatchObject({ status: "timer", step: "wait", dueAt: START + 360 * DAY });
  await live(there, 360 * DAY);
  await live(there, 360 * DAY);
  expect(there.store.heads()[0]).toMatchObject({ status: "timer", step: "enqueue", dueAt: START + 800 * DAY });
});

test.for<[string, () => Promise<unknown>]>([
  ["a date that is past", () => schedule.runAt("2020-01-01", { n: 1 }, "mail")],
  ["run", () => schedule.run({ n: 1 }, "mail")],
])("%s is enqueued at once", async ([, act]) => {
  const { acted, there } = within(act);
  expect(await acted()).toMatchObject({ worker: "mail", payload: { n: 1 } });
  expect(jobsOf(there)).toMatchObject([{ topic: "mail", payload: { n: 1 } }]);
  expect(there.store.heads()).toEqual([]);
});

test("a queue that is away when the time has come delays the job and loses nothing", async () => {
  let failures = 3;
  const { acted, there } = within(() => schedule.runAt(START + 10_000, "p", "mail"), {
    sendJobs: (real) => (jobs) => (failures-- > 0 ? Promise.reject(new Error("SQS is away")) : real(jobs)),
  });
  await acted();
  await there.pass(10 * MINUTE);
  expect(jobsOf(there)).toMatchObject([{ payload: "p" }]);
  expect(there.store.heads()[0]).toMatchObject({ status: "completed" });
});

describe("refused when it is called", () => {
  test.for<[string, unknown, unknown, string]>([
    ["invalid-date", "soon", {}, "mail"],
    ["invalid-date", undefined, {}, "mail"],
    ["invalid-date", new Date(Number.NaN), {}, "mail"],
    ["unknown-topic", START + DAY, {}, "nobody"],
    ["invalid-payload", START + DAY, undefined, "mail"],
    ["invalid-payload", START + DAY, () => {}, "mail"],
  ])("%s for %s, %s, %s", async ([code, date, payload, topic]) => {
    const { acted, there } = within(() => schedule.runAt(date as string, payload, topic));
    await expect(acted()).rejects.toEqual(coded(code));
    expect(there.store.heads()).toEqual([]);
  });

  test("no-job-queue where the stack has none", async () => {
    const { acted } = within(() => schedule.runAt(START + DAY, 1, "mail"), { withoutJobs: true });
    await expect(acted()).rejects.toMatchObject({ code: "no-job-queue" });
  });
});

test("schedule.cron is app.job", () => {
  expect(() => schedule.cron("nonsense", vi.fn())).toThrow(expect.objectContaining({ code: "invalid-expression" }));
});

/** Time, with what the sweeper does in its last minutes. */
async function live(there: CronWorld, milliseconds: number): Promise<void> {
  await there.pass(milliseconds - 3 * MINUTE);
  for (let minute = 0; minute < 3; minute++) {
    await sweep(there);
    await there.pass(MINUTE);
  }
}

async function sweep({ clock, host }: CronWorld): Promise<void> {
  await host.handle({
    stephooks: "sweep",
    scheduledAt: new Date(Math.floor(clock.now() / MINUTE) * MINUTE).toISOString(),
  });
}
