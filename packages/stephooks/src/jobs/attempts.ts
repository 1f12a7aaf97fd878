import { causesOf, isCodedError, retryDelay, type RetryPolicy } from "@stephooks/core";

/** How a failed attempt ended, as a dead job carries it. */
export interface FailureRecord {
  /** The error's code, or its name. */
  readonly code: string;
  readonly reason: string;
}

/** SQS hides a message for twelve hours at the most, counted from its receive; seconds. */
const LONGEST_PAUSE = 42_000;

/** The stack of an error, with those of its causes. Never throws itself. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    return thrown instanceof Error && thrown.stack !== undefined ? printed(thrown.stack) + causesOf(thrown) : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever was thrown, as something that can be stored. Never throws itself. */
export function failureRecord(thrown: unknown): FailureRecord {
  try {
    if (!(thrown instanceof Error)) return { code: "Thrown", reason: printed(thrown) };
    return { code: printed(isCodedError(thrown) ? thrown.code : thrown.name), reason: printed(thrown.message) };
  } catch {
    return { code: "Thrown", reason: "a value that cannot be printed" };
  }
}

/**
 * Whole seconds until the next attempt after attempt number `attempt` (1 is the first) has failed, or undefined when
 * there is none. `chance` is a number from 0 to 1.
 */
export function pauseAfter(
  { error, attempt }: { readonly error: unknown; readonly attempt: number },
  policy: RetryPolicy,
  chance: number,
): number | undefined {
  const pause = isFinal(error, policy) ? undefined : retryDelay(policy, attempt, chance);
  return pause === undefined ? undefined : Math.min(LONGEST_PAUSE, Math.ceil(pause / 1_000));
}

/** True when another attempt would follow the first, so that it must be counted. */
export function countsFirst(error: unknown, policy: RetryPolicy): boolean {
  return policy.maximumAttempts > 1 && !isFinal(error, policy);
}

function isFinal(error: unknown, { nonRetryable }: RetryPolicy): boolean {
  return nonRetryable.length > 0 && nonRetryable.some((named) => names(error).includes(named));
}

function names(error: unknown): readonly unknown[] {
  try {
    return error instanceof Error ? [error.name, isCodedError(error) ? error.code : undefined] : [];
  } catch {
    return [];
  }
}

/** JavaScript throws anything, and lets anybody overwrite an error's message with anything. */
function printed(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? `a ${typeof value}`);
}
