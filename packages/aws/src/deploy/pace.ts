import type { Clock } from "@stephooks/core";

/** How a change is followed. */
export interface Pace {
  readonly clock: Clock;
  /** Between two looks, milliseconds. CloudFormation throttles an account that looks often. */
  readonly interval: number;
}

export function pause({ clock, interval }: Pace): Promise<void> {
  return new Promise((resolve) => void clock.timer(interval, resolve));
}
