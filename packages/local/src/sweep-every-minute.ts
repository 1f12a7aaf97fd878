import type { Clock, Logger } from "@stephooks/core";

/** Stands in for the schedule of the template. */
export interface SweepTimerOptions {
  readonly invoke: (event: object) => Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the timer. */
  readonly signal: AbortSignal;
}

const MINUTE = 60_000;

/** Sends the sweeper's event at the beginning of every minute, the one the schedule sends on AWS. */
export function sweepEveryMinute(options: SweepTimerOptions): void {
  const { clock, signal } = options;
  const next = (Math.floor(clock.now() / MINUTE) + 1) * MINUTE;
  const cancel = clock.timer(next - clock.now(), () => {
    signal.removeEventListener("abort", cancel);
    void sweep(next, options);
    sweepEveryMinute(options);
  });
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
}

/** A pass that fails is made up for by the next one. */
async function sweep(minute: number, { invoke, logger }: SweepTimerOptions): Promise<void> {
  try {
    await invoke({ stephooks: "sweep", scheduledAt: new Date(minute).toISOString() });
  } catch (error) {
    logger.log("warn", "sweep failed", { reason: String(error) });
  }
}
