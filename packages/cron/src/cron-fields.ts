import { CronError } from "./cron-error.ts";
import { DAYS_OF_MONTH, DAYS_OF_WEEK, HOURS, MINUTES, MONTHS, parseNumbers, SECONDS } from "./number-field.ts";

export type DaysOfMonth =
  | { readonly kind: "any" | "last" }
  | { readonly kind: "list"; readonly days: readonly number[] }
  /** The working day that is nearest to a day, in the same month. */
  | { readonly kind: "nearest-weekday"; readonly day: number };

/** Sunday is 0. */
export type DaysOfWeek =
  | { readonly kind: "any" }
  | { readonly kind: "list"; readonly days: readonly number[] }
  | { readonly kind: "last"; readonly day: number }
  | { readonly kind: "nth"; readonly day: number; readonly nth: number };

/** An expression taken apart. A day fires when either day field meets it, or the one that is not `any`. */
export interface CronFields {
  /** Absent in an expression of five fields. */
  readonly seconds?: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: DaysOfMonth;
  readonly months: readonly number[];
  readonly daysOfWeek: DaysOfWeek;
}

/** Characters of an expression at the most, as of EventBridge's. */
const MAX_EXPRESSION_LENGTH = 256;

/** @throws CronError `invalid-expression`, `unsupported-expression`, `never-fires`. */
export function parseFields(expression: string): CronFields {
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw new CronError(
      "invalid-expression",
      `A cron expression has ${MAX_EXPRESSION_LENGTH} characters at the most, this one ${expression.length}. Use ranges and steps.`,
    );
  }
  const texts = expression.trim().toUpperCase().split(/\s+/);
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = texts.slice(-5);
  const complete = minutes && hours && daysOfMonth && months && daysOfWeek;
  if (!complete || texts.length > 6) throw wrongCount(expression, texts.length);
  const seconds = texts.length === 6 ? texts[0] : undefined;
  const fields: CronFields = {
    ...(seconds === undefined ? {} : { seconds: parseNumbers(seconds, SECONDS) }),
    minutes: parseNumbers(minutes, MINUTES),
    hours: parseNumbers(hours, HOURS),
    daysOfMonth: parseDaysOfMonth(daysOfMonth),
    months: parseNumbers(months, MONTHS),
    daysOfWeek: parseDaysOfWeek(daysOfWeek),
  };
  assertFires(fields, expression);
  return fields;
}

function wrongCount(expression: string, count: number): CronError {
  const advice = expression.trim().startsWith("@")
    ? "Write @hourly as 0 * * * *, @daily as 0 0 * * *, @weekly as 0 0 * * 0, @monthly as 0 0 1 * *."
    : "Write minute, hour, day of month, month, day of week, such as 0 9 * * MON-FRI; seconds may come before them, a year cannot follow.";
  const counted = expression.trim() === "" ? "is empty" : `has ${count} field${count === 1 ? "" : "s"}, not 5 or 6`;
  return new CronError("invalid-expression", `The cron expression ${counted}. ${advice}`);
}

function parseDaysOfMonth(text: string): DaysOfMonth {
  if (text === "*" || text === "?") return { kind: "any" };
  if (text === "L") return { kind: "last" };
  const nearest = /^(\d{1,2})W$/.exec(text)?.[1];
  if (nearest !== undefined) {
    const [day = 0] = parseNumbers(nearest, DAYS_OF_MONTH);
    if (day <= 28) return { kind: "nearest-weekday", day };
    throw unsupported(text, "day of month", "not every month has that day. Use 28W, or L and a look at the date.");
  }
  if (/[LW]/.test(text)) {
    throw unsupported(
      text,
      "day of month",
      "L and 15W stand alone there. Use several app.job with one of them each, or L and a look at the date.",
    );
  }
  return { kind: "list", days: parseNumbers(text, DAYS_OF_MONTH) };
}

function parseDaysOfWeek(text: string): DaysOfWeek {
  if (text === "*" || text === "?") return { kind: "any" };
  const nth = /^([0-7]|[A-Z]{3})#([1-5])$/.exec(text);
  if (nth) return { kind: "nth", day: oneDay(nth[1]), nth: Number(nth[2]) };
  const last = /^([0-7]|[A-Z]{3})(?:L|#L)$/.exec(text);
  if (last) return { kind: "last", day: oneDay(last[1]) };
  if (text === "L") throw unsupported(text, "day of week", "write SAT, or SATL for the month's last Saturday.");
  if (text.includes("#") || /\dL|[A-Z]{3}L/.test(text)) {
    throw unsupported(
      text,
      "day of week",
      "FRI#2 (the second) and FRIL (the last) stand alone there. Use several app.job with one of them each.",
    );
  }
  return { kind: "list", days: parseNumbers(text, DAYS_OF_WEEK) };
}

function oneDay(text = ""): number {
  return parseNumbers(text, DAYS_OF_WEEK)[0] ?? 0;
}

function unsupported(text: string, title: string, advice: string): CronError {
  return new CronError(
    "unsupported-expression",
    `"${text.slice(0, 40)}" as ${title} cannot be a schedule of EventBridge Scheduler: ${advice}`,
  );
}

const LONGEST_MONTHS: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function assertFires({ daysOfMonth, daysOfWeek, months }: CronFields, expression: string): void {
  if (daysOfMonth.kind !== "list" || daysOfWeek.kind !== "any") return;
  const [first = 31] = daysOfMonth.days;
  if (months.some((month) => first <= (LONGEST_MONTHS[month - 1] ?? 0))) return;
  throw new CronError(
    "never-fires",
    `None of the months in "${expression}" has a day ${first}. Use L for a month's last day.`,
  );
}
