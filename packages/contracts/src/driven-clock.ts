import type { Clock } from "@stephooks/core";

/** A clock that moves only when told to. */
export interface DrivenClock extends Clock {
  /** Moves time forward, firing due timers in order of their time. */
  advance(milliseconds: number): void;
}

export function drivenClock(start = Date.UTC(2026, 0, 1)): DrivenClock {
  let now = start;
  let timers: readonly { readonly at: number; readonly fire: () => void }[] = [];
  return {
    now: () => now,
    timer: (milliseconds, fire) => {
      const timer = { at: now + milliseconds, fire };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (milliseconds) => {
      const end = now + milliseconds;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.fire();
      }
      now = end;
    },
  };
}
