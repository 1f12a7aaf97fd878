import { counted } from "../host/invocation-scope.ts";
import { currentRuntime } from "../host/current-runtime.ts";
import { runAt, type ScheduledJob } from "./run-at.ts";

/** Jobs for workers at a time, as codehooks-js has them. `cron` is the app's `job`. */
export interface Schedule<Job> {
  /**
   * Enqueues a job for a worker at a date: a Date, ISO 8601 text or epoch milliseconds; at once when it is past. It is
   * kept in the table meanwhile, at no cost, for as long as it takes.
   *
   * @throws StephooksError `invalid-date`, and those of `enqueue`.
   */
  runAt(date: Date | string | number, payload: unknown, topic: string): Promise<ScheduledJob>;
  /** Enqueues a job for a worker now. */
  run(payload: unknown, topic: string): Promise<ScheduledJob>;
  /** The same as `app.job`. */
  readonly cron: Job;
}

/** What `schedule` is for an app with this `job`. */
export function scheduleFor<Job>(job: Job): Schedule<Job> {
  return Object.freeze({
    runAt: (date: Date | string | number, payload: unknown, topic: string) =>
      counted(() => runAt(date, payload, topic, currentRuntime())),
    run: (payload: unknown, topic: string) =>
      counted(async () => {
        const runtime = currentRuntime();
        return runAt(runtime.ports.clock.now(), payload, topic, runtime);
      }),
    cron: job,
  });
}
