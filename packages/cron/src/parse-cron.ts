import { CronError } from "./cron-error.ts";
import { type CronFields, parseFields } from "./cron-fields.ts";
import { WallClock } from "./wall-clock.ts";

/** A cron expression that was checked. */
export interface Cron {
  /** As it was written. */
  readonly expression: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly fields: CronFields;
  /** Where it is evaluated: UTC when that makes no difference but at changes of the clocks, which then cost no tick. */
  readonly evaluatedIn: string;
  readonly wallClock: WallClock;
}

/**
 * Reads a cron expression: minute, hour, day of month, month, day of week, with seconds before them or not. Days of
 * month and of week that are both restricted mean either, as in every cron.
 *
 * @throws CronError.
 */
export function parseCron(expression: string, timeZone = "UTC"): Cron {
  const fields = parseFields(expression);
  const zone = knownZone(timeZone);
  const ownClock = new WallClock(zone);
  const evaluatedIn = isEveryHour(fields) && ownClock.inWholeHours() ? "UTC" : zone;
  return {
    expression,
    timeZone: zone,
    fields,
    evaluatedIn,
    wallClock: evaluatedIn === zone ? ownClock : new WallClock(evaluatedIn),
  };
}

/** Every hour of every day: the time zone then says nothing but which minutes, and only in zones of half hours. */
function isEveryHour({ daysOfMonth, daysOfWeek, hours, months }: CronFields): boolean {
  return hours.length === 24 && months.length === 12 && daysOfMonth.kind === "any" && daysOfWeek.kind === "any";
}

/** The name as EventBridge writes it, which minds upper and lower case. */
function knownZone(name: string): string {
  try {
    if (!/^[a-z]/i.test(name)) throw new RangeError("an offset is no name");
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions();
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch (error) {
    throw new CronError(
      "unknown-time-zone",
      `There is no time zone "${name.slice(0, 80)}". Use an IANA name such as UTC or Europe/Berlin.`,
      {},
      { cause: error },
    );
  }
}
