import { type Duration, MAX_DELAY_SECONDS, parseDuration, type RetryPolicy } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";

/** How a throwing step is tried again, as users write it. Durations are milliseconds or text such as `"5s"`. */
export interface RetryOptions {
  /** All tries, the first included; 1 means no retry. */
  readonly maximumAttempts?: number;
  readonly initialInterval?: Duration;
  readonly backoffCoefficient?: number;
  /** At most 15 minutes. */
  readonly maximumInterval?: Duration;
}

/** Options of `createWorkflow`. Unknown keys are ignored, as codehooks-js does. */
export interface WorkflowOptions {
  /** Collection under which the instances appear. */
  readonly collectionName?: string;
  /** Longest a step may run before the attempt fails. */
  readonly timeout?: Duration;
  /** Visits of one step before the instance fails; no limit unless given. */
  readonly maxStepCount?: number;
  /** Transitions of one instance before it fails: the guard against endless loops. */
  readonly maxTransitions?: number;
  readonly retry?: RetryOptions;
  readonly steps?: Readonly<Record<string, { readonly timeout?: Duration }>>;
}

export const workflowDefaults = Object.freeze({
  collectionName: "workflowdata",
  /** Leaves room for Lambda's default of 60 s in our template. */
  timeout: 50_000,
  maxTransitions: 1_000_000,
}) satisfies WorkflowOptions;

/** @throws EngineError `invalid-definition` for a value that makes no policy. */
export function resolveRetryPolicy(
  given: RetryOptions | undefined,
  defaults: RetryPolicy,
  workflow: string,
): RetryPolicy {
  const policy: RetryPolicy = {
    maximumAttempts: given?.maximumAttempts ?? defaults.maximumAttempts,
    initialInterval: interval(given?.initialInterval, defaults.initialInterval),
    backoffCoefficient: given?.backoffCoefficient ?? defaults.backoffCoefficient,
    maximumInterval: interval(given?.maximumInterval, defaults.maximumInterval),
  };
  const longest = MAX_DELAY_SECONDS * 1_000;
  const valid =
    Number.isSafeInteger(policy.maximumAttempts) &&
    policy.maximumAttempts >= 1 &&
    policy.backoffCoefficient >= 1 &&
    policy.initialInterval >= 0 &&
    policy.maximumInterval <= longest;
  if (valid) return policy;
  throw new EngineError(
    "invalid-definition",
    `Option retry of workflow "${workflow}" needs maximumAttempts of at least 1, backoffCoefficient of at least 1 and intervals from 0 to 15 minutes.`,
    { workflow },
  );
}

function interval(given: Duration | undefined, fallback: number): number {
  return given === undefined ? fallback : (parseDuration(given) ?? Number.NaN);
}
