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
}

export const defaultRetryPolicy: RetryPolicy = Object.freeze({
  maximumAttempts: 3,
  initialInterval: 1_000,
  backoffCoefficient: 2,
  maximumInterval: 60_000,
});

/** Pause after the failed attempt number `attempt` (1 is the first), or undefined when no attempt is left. */
export function retryDelay(policy: RetryPolicy, attempt: number): number | undefined {
  if (attempt >= policy.maximumAttempts) return undefined;
  // Infinity would turn an initial interval of 0 into NaN.
  const factor = Math.min(Number.MAX_VALUE, policy.backoffCoefficient ** (attempt - 1));
  return Math.min(policy.maximumInterval, policy.initialInterval * factor);
}
