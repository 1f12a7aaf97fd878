import type { RawItem } from "./raw-stack.ts";

const MINUTE = 60_000;

/**
 * When the sweeper must run next, on the run's clock: for the wait or delay that stands in the due index and ends
 * first. What it could repair beside them must not need it (I20), so it does not run for anything else.
 */
export function nextSweep(items: readonly RawItem[], now: number): number {
  const earliest = Math.min(...items.map(longWait));
  if (earliest === Infinity) return Infinity;
  // Its own pass, or when that pass was lost, the first late one.
  const own = Math.floor(earliest / MINUTE) * MINUTE - MINUTE;
  return own > now ? own : Math.max(now + 1, Math.ceil(earliest / MINUTE) * MINUTE + 6 * MINUTE);
}

function longWait({ dl, du, gs, st }: RawItem): number {
  const waits = st?.S === "W" || st?.S === "T";
  return waits && gs?.N !== undefined && (gs.N === du?.N || gs.N === dl?.N) ? Number(gs.N) : Infinity;
}
