import { Cron as CronTimes } from "croner";
import type { Cron } from "./parse-cron.ts";

/*
 * An entry point of its own: an app that registers jobs needs to know what their expressions mean, and only whoever
 * counts ticks needs croner.
 */

const MINUTE = 60_000;

/**
 * The first tick after an instant, epoch milliseconds; undefined when there is none in the next centuries. As with
 * EventBridge Scheduler a time that the clocks leave out is no tick, and one that they show twice is one tick, the
 * first time.
 */
export function nextTick(cron: Cron, after: number): number | undefined {
  return tickAfter(cron, timesOf(cron), after);
}

function tickAfter({ wallClock }: Cron, times: CronTimes, after: number): number | undefined {
  let shown = wallClock.shownAt(after);
  for (;;) {
    const next = times.nextRun(new Date(shown));
    if (!next) return undefined;
    shown = next.getTime();
    const instant = wallClock.firstInstant(shown);
    if (instant !== undefined && instant > after) return instant;
    // Left out, or in a repeated hour and thus an hour ago: so is the whole minute.
    shown = minuteOf(shown) + MINUTE - 1_000;
  }
}

/** The ticks of a time, its beginning included, its end not. In order. */
export function ticksBetween(cron: Cron, from: number, until: number): readonly number[] {
  const ticks: number[] = [];
  const times = timesOf(cron);
  let tick = tickAfter(cron, times, from - 1);
  while (tick !== undefined && tick < until) {
    ticks.push(tick);
    tick = tickAfter(cron, times, tick);
  }
  return ticks;
}

/**
 * When its schedule sends its next message after an instant, `after` not included: at a tick, or, with six fields, at
 * the beginning of the minute before one that has ticks.
 */
export function nextMessage(cron: Cron, after: number): number | undefined {
  if (cron.fields.seconds === undefined) return nextTick(cron, after);
  const tick = nextTick(cron, minuteOf(after) + 2 * MINUTE - 1);
  return tick === undefined ? undefined : minuteOf(tick) - MINUTE;
}

/** The ticks a message of a six-field schedule stands for: those of the minute after its own. */
export function ticksOfMessage(cron: Cron, scheduledAt: number): readonly number[] {
  const from = minuteOf(scheduledAt) + MINUTE;
  return ticksBetween(cron, from, from + MINUTE);
}

/** Its ticks as shown times. croner takes every expression that was read: a test generates them. */
function timesOf({ expression }: Cron): CronTimes {
  return new CronTimes(expression.trim(), { timezone: "UTC", mode: "5-or-6-parts" });
}

function minuteOf(instant: number): number {
  return Math.floor(instant / MINUTE) * MINUTE;
}
