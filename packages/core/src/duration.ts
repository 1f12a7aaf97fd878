/** Milliseconds, or a number with a unit: `"250ms"`, `"1s"`, `"5m"`, `"2h"`, `"3d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration, or undefined when it is not one (negative, not finite, unknown unit). */
export function parseDuration(duration: unknown): number | undefined {
  if (typeof duration === "number") return Number.isFinite(duration) && duration >= 0 ? duration : undefined;
  if (typeof duration !== "string") return undefined;
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration);
  const unit = unitMilliseconds[parts?.[2] ?? ""];
  return parts?.[1] === undefined || unit === undefined ? undefined : Number(parts[1]) * unit;
}
