/*
 * An evaluator of EventBridge Scheduler's cron syntax, written from "Schedule types on EventBridge Scheduler" and the
 * "Cron expressions reference" of AWS. It refuses what those pages do not show.
 */

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const DAY = 86_400_000;

/** The minutes of UTC at which an expression fires, in order, from `from` on, for `days` days. */
export function* firings(expression: string, from: number, days: number): Generator<number> {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression);
  if (!fields || expression.length > 256) throw new Error(`no EventBridge expression: ${expression}`);
  const [minute = "", hour = "", dom = "", month = "", dow = ""] = fields.slice(1);
  if ((dom === "?") === (dow === "?")) throw new Error(`one day field must be ?: ${expression}`);
  const minutes = values(minute, 0, 59);
  const hours = values(hour, 0, 23);
  const months = values(month, 1, 12, MONTHS);
  for (let day = from; day < from + days * DAY; day += DAY) {
    const date = new Date(day);
    if (!months.has(date.getUTCMonth() + 1)) continue;
    if (!(dow === "?" ? onDayOfMonth(dom, date) : onDayOfWeek(dow, date))) continue;
    for (const at of hours) for (const past of minutes) yield day + at * 3_600_000 + past * 60_000;
  }
}

function values(text: string, least: number, most: number, names: readonly string[] = []): ReadonlySet<number> {
  const one = (item: string): number => {
    const named = names.indexOf(item);
    const value = named === -1 ? Number(item) : named + least;
    if (!Number.isInteger(value) || value < least || value > most) throw new Error(`bad value ${item} in ${text}`);
    return value;
  };
  const range = (first: number, last: number, step = 1): number[] =>
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
  if (text === "*") return new Set(range(least, most));
  if (text.includes("/")) {
    const [first = "", step = ""] = text.split("/");
    return new Set(range(one(first), most, Number(step)));
  }
  if (text.includes("-")) {
    const [first = "", last = ""] = text.split("-");
    return new Set(range(one(first), one(last)));
  }
  return new Set(
    text
      .split(",")
      .map(one)
      .toSorted((a, b) => a - b),
  );
}

function lengthOfMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function onDayOfMonth(text: string, date: Date): boolean {
  const today = date.getUTCDate();
  if (text === "L") return today === lengthOfMonth(date);
  if (!text.endsWith("W")) return values(text, 1, 31).has(today);
  // The working day nearest to it, without leaving the month.
  const wanted = Number(text.slice(0, -1));
  const candidates = [wanted, wanted - 1, wanted + 1, wanted - 2, wanted + 2].filter((day) => {
    const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
    return day >= 1 && day <= lengthOfMonth(date) && weekday !== 0 && weekday !== 6;
  });
  return today === candidates[0];
}

function onDayOfWeek(text: string, date: Date): boolean {
  const weekday = date.getUTCDay() + 1;
  const today = date.getUTCDate();
  if (text.endsWith("L")) return weekday === Number(text.slice(0, -1)) && today + 7 > lengthOfMonth(date);
  if (text.includes("#")) {
    const [day, nth] = text.split("#").map(Number);
    return weekday === day && Math.ceil(today / 7) === nth;
  }
  return values(text, 1, 7, DAYS).has(weekday);
}
