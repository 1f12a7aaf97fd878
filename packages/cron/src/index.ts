export { CronError, type CronErrorCode } from "./cron-error.ts";
export { type Cron, parseCron } from "./parse-cron.ts";
export { nextMessage, nextTick, ticksBetween, ticksOfMessage } from "./ticks.ts";
export { type EventBridgeSchedule, eventBridgeSchedules } from "./event-bridge-schedules.ts";
