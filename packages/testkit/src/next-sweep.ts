import type { InstanceHead } from "@stephooks/core";

export const MINUTE = 60_000;

/** From here on an entry that its own pass did not serve is served late. */
const LATE_AFTER = 6 * MINUTE;

/**
 * The next minute, after the one swept last, in which a pass of the sweeper finds something. Passes that find nothing
 * are left out, so that a month of virtual time does not cost 43,200 of them. Infinity when nothing is indexed.
 */
export function nextSweep(heads: readonly InstanceHead[], swept: number): number {
  const passes = heads.flatMap(({ indexedAt }) => {
    if (indexedAt === undefined) return [];
    const minute = Math.floor(indexedAt / MINUTE) * MINUTE;
    // A pass serves the minute after the next one, so that its messages carry the exact delay.
    const own = minute - MINUTE;
    return [own > swept ? own : Math.max(minute + LATE_AFTER, swept + MINUTE)];
  });
  return Math.min(Infinity, ...passes);
}
