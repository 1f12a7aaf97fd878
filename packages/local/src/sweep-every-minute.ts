import type { Clock } from "@stephooks/core";

/** Stands in for the schedule of the template. */
export interface SweepTimerOptions {
  readonly invoke: (event: object) => Promise<unknown>;
  readonly clock: Clock;
  /** Ends the timer. */
  readonly signal: AbortSignal;
}

/** What became of the passes so far. */
export interface Sweeps {
  /** Passes that have begun and not ended. */
  readonly running: number;
  /** The minute of the last one, epoch milliseconds. */
  readonly last: number;
}

const MINUTE = 60_000;

/**
 * Sends the sweeper's event at the beginning of every minute, the one the schedule sends on AWS. Minutes that the clock
 * leaves out have no pass. A pass that fails is made up for by the next one.
 */
export function sweepEveryMinute({ clock, invoke, signal }: SweepTimerOptions): Sweeps {
  const sweeps = { running: 0, last: minuteOf(clock.now()) };
  const sweep = async (minute: number): Promise<void> => {
    sweeps.last = minute;
    sweeps.running += 1;
    await invoke({ stephooks: "sweep", scheduledAt: new Date(minute).toISOString() }).catch(() => {});
    sweeps.running -= 1;
  };
  const arm = (): void => {
    const next = sweeps.last + MINUTE;
    const cancel = clock.timer(next - clock.now(), () => {
      signal.removeEventListener("abort", cancel);
      // A timer may fire a moment early.
      void sweep(Math.max(next, minuteOf(clock.now())));
      arm();
    });
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
  };
  arm();
  return sweeps;
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}
