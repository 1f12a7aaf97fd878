import type { Difference } from "./difference.ts";

/** Differences of jobs at a time. Each is tested in `test/crons` or in the package `cron`. */
export const cronDifferences: readonly Difference[] = [
  {
    id: "jobs-in-utc",
    topic: "schedules",
    codehooks: "the time zone of app.job is not documented",
    stephooks: "UTC, or option timeZone",
    why: "a nightly job must not move with a server, and UTC has no night in which an hour is left out",
    strict: "unknown",
  },
  {
    id: "jobs-do-not-overlap",
    topic: "schedules",
    codehooks: "a tick runs beside the run of the tick before when that has not ended",
    stephooks: 'it is skipped, and shows as skipped; overlap: "allow" runs it',
    why: "a run that takes too long must not be joined by a second, then by a third",
    strict: "unknown",
  },
  {
    id: "one-run-per-tick",
    topic: "schedules",
    codehooks: "a tick at which the process is away is lost, a function that throws is logged",
    stephooks: "each tick is one instance that can be looked at; it is tried three times in all",
    why: "what was to be done at nine is done, or somebody learns why not",
    strict: "more",
  },
  {
    id: "jobs-of-one-expression",
    topic: "schedules",
    codehooks: "a second app.job with the same expression replaces the first",
    stephooks: "both run",
    why: "a function that was written down must run",
    strict: "more",
  },
  {
    id: "cron-expressions",
    topic: "schedules",
    codehooks: "what its cron library takes; an invalid expression fails the deployment",
    stephooks:
      "what EventBridge Scheduler can say, too; anything else is refused when the app is loaded, with what to write",
    why: "a job that runs in development must run when it is deployed",
    strict: "host",
  },
  {
    id: "run-at-is-checked",
    topic: "schedules",
    codehooks: "runAt takes any date and any worker",
    stephooks: "a date that is none is invalid-date, a topic without a worker is unknown-topic",
    why: "a job for next month would be lost next month",
    strict: "data",
  },
];
