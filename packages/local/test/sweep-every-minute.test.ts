import { drivenClock } from "@stephooks/contracts";
import { expect, test } from "vitest";
import { sweepEveryMinute } from "../src/sweep-every-minute.ts";

const start = Date.UTC(2026, 0, 1, 12, 0, 30);

function timer(invoke: (event: object) => Promise<unknown>) {
  const clock = drivenClock(start);
  const stopping = new AbortController();
  sweepEveryMinute({ invoke, clock, signal: stopping.signal });
  return { clock, stop: () => stopping.abort() };
}

test("the sweeper's event comes at the beginning of every minute and names that minute", () => {
  const events: object[] = [];
  const { clock } = timer(async (event) => events.push(event));
  clock.advance(29_000);
  expect(events).toEqual([]);
  clock.advance(61_000);
  expect(events).toEqual([
    { stephooks: "sweep", scheduledAt: "2026-01-01T12:01:00.000Z" },
    { stephooks: "sweep", scheduledAt: "2026-01-01T12:02:00.000Z" },
  ]);
});

test("a pass that fails does not end the timer, stopping does", () => {
  let passes = 0;
  const { clock, stop } = timer(() => {
    passes += 1;
    return Promise.reject(new Error("table is gone"));
  });
  clock.advance(120_000);
  expect(passes).toBe(2);
  stop();
  clock.advance(600_000);
  expect(passes).toBe(2);
});
