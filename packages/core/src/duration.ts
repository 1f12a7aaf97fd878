/** Milliseconds, or a number with a unit: `"250ms"`, `"1s"`, `"5m"`, `"2h"`, `"3d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Some 30,000 years: a time this far away is still one that a Date, a message and the table can hold. */
const LONGEST = 1e15;

/**
 * Milliseconds of a duration, rounded to whole ones because times are made of it; undefined when it is not one (negative,
 * unknown unit, longer than any time can be).
 */
export function parseDuration(duration: unknown): number | undefined {
  const milliseconds = typeof duration === "string" ? inMilliseconds(duration) : duration;
  const isDuration = typeof milliseconds === "number" && milliseconds >= 0 && milliseconds <= LONGEST;
  return isDuration ? Math.round(milliseconds) : undefined;
}

function inMilliseconds(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = unitMilliseconds[parts?.[2] ?? ""];
  return parts?.[1] === undefined || unit === undefined ? undefined : Number(parts[1]) * unit;
}
