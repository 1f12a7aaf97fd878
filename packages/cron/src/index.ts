export { CronError, type CronErrorCode } from "./cron-error.ts";
export { type Cron, parseCron } from "./parse-cron.ts";
export { type EventBridgeSchedule, eventBridgeSchedules } from "./event-bridge-schedules.ts";
