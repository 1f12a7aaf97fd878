import { monotonicFactory } from "ulid";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** ULIDs by this clock and chance. Within one maker each is greater than the one before, also within a millisecond. */
export function orderedIds(clock: Clock, random: Random): () => string {
  const next = monotonicFactory(() => fraction(random));
  return () => next(clock.now());
}

/** A number in [0, 1) from the port's bytes, as ulid wants it. */
function fraction(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2);
  return (high * 256 + low) / 65_536;
}
