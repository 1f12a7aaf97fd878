import { CronError } from "./cron-error.ts";
import type { CronFields, DaysOfMonth, DaysOfWeek } from "./cron-fields.ts";
import { DAYS_OF_MONTH, DAYS_OF_WEEK, type FieldKind, HOURS, MINUTES, MONTHS } from "./number-field.ts";
import type { Cron } from "./parse-cron.ts";

/** A schedule of EventBridge Scheduler. */
export interface EventBridgeSchedule {
  /** `cron(minutes hours day-of-month month day-of-week year)`. */
  readonly expression: string;
  /** For `ScheduleExpressionTimezone`. */
  readonly timeZone: string;
  /**
   * `tick`: fires at the ticks. `minute`: EventBridge knows no seconds, so it fires at least once in the minute before
   * each that has ticks, and whoever receives its message starts them.
   */
  readonly kind: "tick" | "minute";
}

/** Characters of `ScheduleExpression` at the most, "Length Constraints" of CreateSchedule. */
const MAX_LENGTH = 256;

/**
 * The schedules that fire at the ticks of a cron: two when both day fields are restricted, for EventBridge wants one of
 * them empty. Both may fire at the same minute.
 *
 * @throws CronError `unsupported-expression`: too long for EventBridge.
 */
export function eventBridgeSchedules(cron: Cron): readonly EventBridgeSchedule[] {
  return cron.fields.seconds === undefined ? tickSchedules(cron) : minuteSchedules(cron);
}

function tickSchedules({ evaluatedIn, expression, fields }: Cron): readonly EventBridgeSchedule[] {
  return expressionsOf(fields, expression).map((text) => ({ expression: text, timeZone: evaluatedIn, kind: "tick" }));
}

function minuteSchedules({ evaluatedIn, expression, fields, wallClock }: Cron): readonly EventBridgeSchedule[] {
  const minutes = fields.minutes.map((minute) => (minute + 59) % 60).toSorted((one, other) => one - other);
  const sameHour = evaluatedIn === "UTC" && !fields.minutes.includes(0);
  // Else the minute before lies in another hour, perhaps of another day, or the clocks may be changed between the two:
  // it fires in every hour, and in every minute where clocks may be changed by half an hour.
  const anyHour = `cron(${wallClock.inWholeHours() ? numbers(minutes, MINUTES) : "*"} * * * ? *)`;
  const expressions = sameHour ? expressionsOf({ ...fields, minutes }, expression) : [anyHour];
  return expressions.map((text) => ({ expression: text, timeZone: "UTC", kind: "minute" }));
}

function expressionsOf({ daysOfMonth, daysOfWeek, hours, minutes, months }: CronFields, origin: string): string[] {
  const time = `${numbers(minutes, MINUTES)} ${numbers(hours, HOURS)}`;
  const month = numbers(months, MONTHS);
  const byMonth = `cron(${time} ${dayOfMonth(daysOfMonth)} ${month} ? *)`;
  const byWeek = `cron(${time} ? ${month} ${dayOfWeek(daysOfWeek)} *)`;
  const both = daysOfMonth.kind !== "any" && daysOfWeek.kind !== "any" ? [byMonth, byWeek] : undefined;
  const expressions = both ?? [daysOfWeek.kind === "any" ? byMonth : byWeek];
  if (expressions.every(({ length }) => length <= MAX_LENGTH)) return expressions;
  throw new CronError(
    "unsupported-expression",
    `"${origin}" is more than ${MAX_LENGTH} characters as EventBridge Scheduler writes it. Split it into two app.job.`,
  );
}

function dayOfMonth(days: DaysOfMonth): string {
  switch (days.kind) {
    case "any":
      return "*";
    case "last":
      return "L";
    case "nearest-weekday":
      return `${days.day}W`;
    case "list":
      return numbers(days.days, DAYS_OF_MONTH);
  }
}

/** EventBridge's week begins with Sunday, 1. */
function dayOfWeek(days: DaysOfWeek): string {
  switch (days.kind) {
    case "any":
      return "?";
    case "last":
      return `${days.day + 1}L`;
    case "nth":
      return `${days.day + 1}#${days.nth}`;
    case "list":
      return days.days.map((day) => DAYS_OF_WEEK.names?.[day]).join(",");
  }
}

/** Only what AWS's documentation shows by itself: a star, one range, one increment, or a list of numbers. */
function numbers(values: readonly number[], { least, most }: FieldKind): string {
  const [first = least, second = first] = values;
  const last = values.at(-1) ?? first;
  if (values.length === most - least + 1) return "*";
  const step = second - first;
  const even = values.length > 2 && values.every((value, index) => value === first + index * step);
  if (even && step === 1) return `${first}-${last}`;
  if (even && last + step > most) return `${first}/${step}`;
  return values.join(",");
}
