const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Reads what clocks of one time zone show. A shown time is written as the instant at which a clock of UTC shows it. */
export class WallClock {
  readonly #format: Intl.DateTimeFormat | undefined;

  /** `timeZone` must be one that `Intl` knows. */
  constructor(timeZone: string) {
    this.#format =
      timeZone === "UTC"
        ? undefined
        : new Intl.DateTimeFormat("en-US", {
            timeZone,
            hourCycle: "h23",
            year: "numeric",
            month: "numeric",
            day: "numeric",
            hour: "numeric",
            minute: "numeric",
            second: "numeric",
          });
  }

  /** What the clocks show at an instant, to the second. */
  shownAt(instant: number): number {
    const second = instant - (((instant % 1_000) + 1_000) % 1_000);
    if (!this.#format) return second;
    const parts = new Map(this.#format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  }

  /** The first instant at which the clocks show a time; undefined for one that they leave out. */
  firstInstant(shown: number): number | undefined {
    if (!this.#format) return shown;
    // The clocks are changed once in two days at the most: one of these offsets is in force.
    const candidates = [shown - this.#offset(shown - DAY), shown - this.#offset(shown + DAY)];
    const right = candidates.filter((instant) => this.shownAt(instant) === shown);
    return right.length === 0 ? undefined : Math.min(...right);
  }

  /** Whether the zone is whole hours away from UTC all year round, in our days. */
  inWholeHours(): boolean {
    const from = Date.UTC(2020, 0, 1);
    const months = Array.from({ length: 240 }, (_, month) => this.#offset(from + month * 30 * DAY));
    return months.every((offset) => offset % HOUR === 0);
  }

  #offset(instant: number): number {
    return this.shownAt(instant) - instant;
  }
}
