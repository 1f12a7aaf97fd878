import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { CronOptions } from "../../src/crons/index.ts";
import { type CronWorld, cronWorld, MINUTE } from "./cron-world.ts";

const DAY = 86_400_000;

/** A job whose first run fails once, and is tried again twelve minutes later. */
function slow(options: CronOptions): { readonly there: CronWorld; readonly ran: string[] } {
  const app = createApp();
  const ran: string[] = [];
  app.job(
    "*/5 * * * *",
    (_req, { jobId }) => {
      ran.push(jobId.slice(-9, -4));
      if (ran.length === 1) throw new Error("not yet");
    },
    {
      name: "poll",
      retry: { maximumAttempts: 2, initialInterval: "12m", maximumInterval: "12m", jitter: 0 },
      ...options,
    },
  );
  return { there: cronWorld(app.init()), ran };
}

async function ticks(there: CronWorld, count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) {
    there.tick("poll");
    await there.pass(5 * MINUTE);
  }
}

const outcomes = (there: CronWorld): readonly unknown[] =>
  there.runs().map(({ id, state, status }) => [id.slice(-9, -4), status, state["outcome"]]);

test("a tick is skipped while an earlier run is under way, its retries included, and says so", async () => {
  const { ran, there } = slow({});
  await ticks(there, 5);
  expect(ran).toEqual(["09:00", "09:00", "09:15", "09:20"]);
  expect(outcomes(there)).toEqual([
    ["09:00", "completed", "ran"],
    ["09:05", "completed", "skipped"],
    ["09:10", "completed", "skipped"],
    ["09:15", "completed", "ran"],
    ["09:20", "completed", "ran"],
  ]);
  expect(there.runs()[1]?.state).toMatchObject({ holder: "job:poll:2026-01-05T09:00:00Z" });
  expect(there.logged).toContain("tick skipped: an earlier run has not ended");
});

test("with overlap: allow it is not", async () => {
  const { ran, there } = slow({ overlap: "allow" });
  await ticks(there, 3);
  expect(ran).toEqual(["09:00", "09:05", "09:10", "09:00"]);
});

test("a run that has failed for good leaves the turn to the next", async () => {
  const { ran, there } = slow({ retry: { maximumAttempts: 1 } });
  await ticks(there, 2);
  expect(ran).toEqual(["09:00", "09:05"]);
});

test("jobs do not wait for each other", async () => {
  const app = createApp();
  const ran: string[] = [];
  for (const name of ["a", "b"]) {
    app.job(
      "* * * * *",
      () => {
        ran.push(name);
        throw new Error("again");
      },
      { name, retry: { maximumAttempts: 2, initialInterval: "1h", maximumInterval: "1h" } },
    );
  }
  const there = cronWorld(app.init());
  there.tick("a");
  there.tick("b");
  await there.settle();
  expect(ran.toSorted()).toEqual(["a", "b"]);
});

test("a run that was removed after its end has no turn any more", async () => {
  const { ran, there } = slow({ retry: { maximumAttempts: 1 } });
  there.tick("poll");
  await there.settle();
  there.clock.advance(40 * DAY);
  await ticks(there, 1);
  expect(ran).toEqual(["09:00", "09:00"]);
  expect(there.runs()).toHaveLength(2);
});
