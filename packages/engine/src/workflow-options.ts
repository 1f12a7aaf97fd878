import { type Duration, parseDuration, type RetryPolicy } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";

/** How a throwing step is tried again, as users write it. Durations are milliseconds or text such as `"5s"`. */
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

/** Options of one step; what is absent is taken from the workflow. */
export interface StepOptions {
  /** Longest the step may run before the attempt fails. */
  readonly timeout?: Duration;
  readonly retry?: RetryOptions;
  /** codehooks' way to say `retry.maximumAttempts`: retries after the first attempt. */
  readonly maxRetries?: number;
}

/** Options of `createWorkflow`. Unknown keys are ignored, as codehooks-js does. */
export interface WorkflowOptions extends StepOptions {
  /** Collection under which the instances appear. */
  readonly collectionName?: string;
  /** Visits of one step before the instance fails; no limit unless given. */
  readonly maxStepCount?: number;
  /** Transitions of one instance before it fails: the guard against endless loops. */
  readonly maxTransitions?: number;
  /** Longest an instance may live, waits included; no limit unless given. */
  readonly instanceTimeout?: Duration;
  /** Step that takes over when a step has failed for good, with `context.error`. It fails the instance if it fails. */
  readonly onError?: string;
  /** Run the next step in the same invocation when there is time, instead of through the queue. */
  readonly inline?: boolean;
  /**
   * How much of its history an instance keeps: `"recent"` (default) the newest 16 transitions, in the item itself;
   * `"full"` all of them, one more write in eight transitions. It counts for instances started from then on.
   */
  readonly history?: "recent" | "full";
  readonly steps?: Readonly<Record<string, StepOptions>>;
}

export const workflowDefaults = Object.freeze({
  collectionName: "workflowdata",
  /** Leaves room for Lambda's default of 60 s in our template. */
  timeout: 50_000,
  maxTransitions: 1_000_000,
}) satisfies WorkflowOptions;

/** The policy the options make on top of `defaults`. @throws EngineError `invalid-definition`. */
export function resolveRetryPolicy(
  given: StepOptions | undefined,
  defaults: RetryPolicy,
  workflow: string,
): RetryPolicy {
  const retry = given?.retry;
  const attempts = given?.maxRetries === undefined ? undefined : given.maxRetries + 1;
  const policy: RetryPolicy = {
    maximumAttempts: retry?.maximumAttempts ?? attempts ?? defaults.maximumAttempts,
    initialInterval: interval(retry?.initialInterval, defaults.initialInterval),
    backoffCoefficient: retry?.backoffCoefficient ?? defaults.backoffCoefficient,
    maximumInterval: interval(retry?.maximumInterval, defaults.maximumInterval),
    jitter: retry?.jitter ?? defaults.jitter,
    nonRetryable: retry?.nonRetryable ?? defaults.nonRetryable,
  };
  const valid =
    Number.isSafeInteger(policy.maximumAttempts) &&
    policy.maximumAttempts >= 1 &&
    policy.backoffCoefficient >= 1 &&
    policy.initialInterval >= 0 &&
    policy.maximumInterval >= 0 &&
    policy.jitter >= 0 &&
    policy.jitter <= 1;
  if (valid) return policy;
  throw new EngineError(
    "invalid-definition",
    `Option retry of workflow "${workflow}" needs maximumAttempts of at least 1, backoffCoefficient of at least 1, intervals such as "5s" and a jitter from 0 to 1.`,
    { workflow },
  );
}

function interval(given: Duration | undefined, fallback: number): number {
  return given === undefined ? fallback : (parseDuration(given) ?? Number.NaN);
}
