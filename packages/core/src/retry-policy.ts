/** How a step that threw is tried again. Times in milliseconds. */
export interface RetryPolicy {
  /** All tries, the first included. */
  readonly maximumAttempts: number;
  /** Pause before the second attempt. */
  readonly initialInterval: number;
  /** Factor by which each further pause grows. */
  readonly backoffCoefficient: number;
  /** Longest pause. */
  readonly maximumInterval: number;
  /** Part of each pause that is left to chance, 0 (none) to 1 (all of it), so that failures do not come back together. */
  readonly jitter: number;
  /** Names or codes of errors that are not tried again. */
  readonly nonRetryable: readonly string[];
}

export const defaultRetryPolicy: RetryPolicy = Object.freeze({
  maximumAttempts: 3,
  initialInterval: 1_000,
  backoffCoefficient: 2,
  maximumInterval: 60_000,
  jitter: 0,
  nonRetryable: Object.freeze([]),
});

/**
 * Pause after the failed attempt number `attempt` (1 is the first), or undefined when no attempt is left. `chance` is
 * a number from 0 to 1. Whole milliseconds: the pause becomes a stored time.
 */
export function retryDelay(policy: RetryPolicy, attempt: number, chance = 0): number | undefined {
  if (attempt >= policy.maximumAttempts) return undefined;
  // Infinity would turn an initial interval of 0 into NaN.
  const factor = Math.min(Number.MAX_VALUE, policy.backoffCoefficient ** (attempt - 1));
  const pause = Math.min(policy.maximumInterval, policy.initialInterval * factor);
  return Math.round(pause * (1 - policy.jitter * chance));
}
