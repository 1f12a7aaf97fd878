import { CodedError } from "@stephooks/core";

/**
 * Why a cron expression was refused. All are mistakes of whoever wrote it, found when the app is loaded.
 *
 * - `invalid-expression`: not five or six fields, or a field that is none.
 * - `unsupported-expression`: other crons know it, but EventBridge Scheduler cannot say it.
 * - `never-fires`: no date meets it, such as 30 February.
 * - `unknown-time-zone`: not an IANA name that this Node knows.
 */
export type CronErrorCode = "invalid-expression" | "unsupported-expression" | "never-fires" | "unknown-time-zone";

/** What this package throws. */
export class CronError extends CodedError<CronErrorCode> {}
