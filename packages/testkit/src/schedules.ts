import { type CronManifest, tickBody } from "@stephooks/core";
import { type Cron, parseCron } from "@stephooks/cron";
import { nextMessage } from "@stephooks/cron/ticks";

interface Schedule {
  readonly job: string;
  readonly cron: Cron;
  next: number;
}

/** Sends the ticks of the app's jobs, as EventBridge Scheduler does. */
export class Schedules {
  readonly #schedules: readonly Schedule[];

  constructor(crons: readonly CronManifest[], now: number) {
    this.#schedules = crons.map(({ expression, name, timeZone }) => {
      const cron = parseCron(expression, timeZone);
      return { job: name, cron, next: nextMessage(cron, now) ?? Infinity };
    });
  }

  /** When the next message is sent, epoch milliseconds. */
  next(): number {
    return Math.min(Infinity, ...this.#schedules.map(({ next }) => next));
  }

  /** Bodies of the messages that are sent up to now, oldest first. */
  take(now: number): readonly string[] {
    const due: { readonly at: number; readonly body: string }[] = [];
    for (const schedule of this.#schedules) {
      while (schedule.next <= now) {
        due.push({ at: schedule.next, body: tickBody(schedule.job, new Date(schedule.next).toISOString()) });
        schedule.next = nextMessage(schedule.cron, schedule.next) ?? Infinity;
      }
    }
    return due.toSorted((one, other) => one.at - other.at).map(({ body }) => body);
  }
}
