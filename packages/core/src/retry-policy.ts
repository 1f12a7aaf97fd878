import { type Duration, parseDuration } from "./duration.ts";

/** How something that threw is tried again. Times in milliseconds. */
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

/** The same as users write it. Durations are milliseconds or text such as `"5s"`. */
export interface RetryOptions {
  /** All tries, the first included; 1 means no retry. */
  readonly maximumAttempts?: number;
  readonly initialInterval?: Duration;
  readonly backoffCoefficient?: number;
  readonly maximumInterval?: Duration;
  /** Part of each pause that is left to chance, 0 to 1. */
  readonly jitter?: number;
  /** Names or codes of errors that are not tried again. */
  readonly nonRetryable?: readonly string[];
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

/** What valid retry options look like, to end an error message with. */
export const RETRY_RULE =
  'needs maximumAttempts of at least 1, backoffCoefficient of at least 1, intervals such as "5s" and a jitter from 0 to 1';

/** The policy that the options make on top of `defaults`; undefined when they are against {@link RETRY_RULE}. */
export function retryPolicy(given: RetryOptions | undefined, defaults: RetryPolicy): RetryPolicy | undefined {
  const policy: RetryPolicy = {
    maximumAttempts: given?.maximumAttempts ?? defaults.maximumAttempts,
    initialInterval: interval(given?.initialInterval, defaults.initialInterval),
    backoffCoefficient: given?.backoffCoefficient ?? defaults.backoffCoefficient,
    maximumInterval: interval(given?.maximumInterval, defaults.maximumInterval),
    jitter: given?.jitter ?? defaults.jitter,
    nonRetryable: given?.nonRetryable ?? defaults.nonRetryable,
  };
  const valid =
    Number.isSafeInteger(policy.maximumAttempts) &&
    policy.maximumAttempts >= 1 &&
    policy.backoffCoefficient >= 1 &&
    policy.initialInterval >= 0 &&
    policy.maximumInterval >= 0 &&
    policy.jitter >= 0 &&
    policy.jitter <= 1;
  return valid ? policy : undefined;
}

function interval(given: Duration | undefined, fallback: number): number {
  return given === undefined ? fallback : (parseDuration(given) ?? Number.NaN);
}
