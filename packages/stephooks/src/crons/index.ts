export type { CronFunction, CronOptions, CronResponse } from "./cron-function.ts";
export { CronList } from "./cron-list.ts";
export { cronWorkflowSource } from "./cron-workflow.ts";
export { runAt, runAtSource, type ScheduledJob } from "./run-at.ts";
export { runNow } from "./run-now.ts";
export { type Schedule, scheduleFor } from "./schedule.ts";
