import { drivenClock } from "@stephooks/contracts";
import { type Clock, type CronManifest, parseTick } from "@stephooks/core";
import { expect, test } from "vitest";
import { ticker } from "../src/ticker.ts";

const start = Date.UTC(2026, 0, 1, 12, 0, 30);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function job(name: string, expression: string, timeZone = "UTC"): CronManifest {
  return { name, expression, timeZone, timeout: 50_000 };
}

/** A ticker, and what it sends as `job time`. `sleep` lets time pass while the machine does nothing. */
function ticking(...crons: readonly CronManifest[]) {
  const driven = drivenClock(start);
  let slept = 0;
  const clock: Clock = { now: () => driven.now() + slept, timer: driven.timer };
  const sent: string[] = [];
  const failures: Error[] = [];
  const ticks = ticker({
    clock,
    send: async (body) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      const tick = parseTick(body);
      sent.push(`${tick?.job} ${new Date(tick?.scheduledAt ?? 0).toISOString().slice(5, 19)}`);
    },
  });
  ticks.follow(crons);
  return { advance: driven.advance, sleep: (milliseconds: number) => (slept += milliseconds), sent, failures, ticks };
}

test("a message comes at each time of each job, in the job's time zone", () => {
  const { advance, sent } = ticking(job("quarterly", "*/15 * * * *"), job("oslo", "0 14 * * *", "Europe/Oslo"));
  advance(HOUR);
  expect(sent).toEqual([
    "quarterly 01-01T12:15:00",
    "quarterly 01-01T12:30:00",
    "quarterly 01-01T12:45:00",
    "quarterly 01-01T13:00:00",
    "oslo 01-01T13:00:00",
  ]);
});

test("a job with seconds sends one message in the minute before its ticks, as its schedule does", () => {
  const { advance, sent } = ticking(job("often", "*/10 * * * * *"), job("noon", "5 10 12 * * *"));
  advance(2 * MINUTE);
  expect(sent).toEqual(["often 01-01T12:01:00", "often 01-01T12:02:00"]);
  advance(10 * MINUTE);
  expect(sent.filter((line) => line.startsWith("noon"))).toEqual(["noon 01-01T12:09:00"]);
});

test("a time that is further away than a timer reaches is waited for", () => {
  const { advance, sent, ticks } = ticking(job("yearly", "0 0 1 7 *"));
  expect(ticks.next()).toBe(Date.UTC(2026, 6, 1));
  advance(Date.UTC(2026, 6, 1) - start - 1);
  expect(sent).toEqual([]);
  advance(1);
  expect(sent).toEqual(["yearly 07-01T00:00:00"]);
});

test("a message the queue does not take is sent again until it does", async () => {
  const { advance, failures, sent } = ticking(job("hourly", "0 * * * *"));
  failures.push(new Error("the broker is gone"), new Error("the broker is gone"));
  advance(30 * 60_000 + 29_000);
  for (let turn = 0; turn < 10; turn++) {
    advance(10 * MINUTE);
    await new Promise(setImmediate);
  }
  expect(sent).toContain("hourly 01-01T13:00:00");
});

test("times that a sleeping machine has missed are left out, but for those of the last minute", () => {
  const { advance, sent, sleep } = ticking(job("minutely", "* * * * *"));
  advance(MINUTE);
  sleep(8 * HOUR);
  advance(MINUTE);
  expect(sent).toEqual(["minutely 01-01T12:01:00", "minutely 01-01T20:02:00"]);
});

test("other jobs take over, and stopping ends all", () => {
  const { advance, sent, ticks } = ticking(job("old", "* * * * *"));
  advance(MINUTE);
  ticks.follow([job("new", "* * * * *")]);
  advance(MINUTE);
  ticks.stop();
  expect(ticks.next()).toBeUndefined();
  advance(HOUR);
  expect(sent).toEqual(["old 01-01T12:01:00", "new 01-01T12:02:00"]);
});
