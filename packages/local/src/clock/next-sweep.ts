import { DUE_SHARDS, type InstanceIndex } from "@stephooks/core";

const MINUTE = 60_000;

/** From here on an entry that its own pass did not serve is served late. */
const LATE_AFTER = 6 * MINUTE;

/** When what is in the due index is due, epoch milliseconds: of each shard the earliest. */
export async function dueTimes(index: Pick<InstanceIndex, "due">): Promise<readonly number[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => index.due(shard, 0, Number.MAX_SAFE_INTEGER));
  return (await Promise.all(shards)).flat().map(({ at }) => at);
}

/**
 * The next minute, after the one swept last, in which a pass of the sweeper finds something of these. Passes that find
 * nothing are left out, so that a month does not cost 43,200 of them. Infinity when nothing is due.
 */
export function nextSweep(times: readonly number[], swept: number): number {
  const passes = times.map((at) => {
    const minute = Math.floor(at / MINUTE) * MINUTE;
    // A pass serves the minute after the next one, so that its messages carry the exact delay.
    const own = minute - MINUTE;
    return own > swept ? own : Math.max(minute + LATE_AFTER, swept + MINUTE);
  });
  return Math.min(Infinity, ...passes);
}
