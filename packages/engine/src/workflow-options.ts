import { type Duration, RETRY_RULE, type RetryOptions, type RetryPolicy, retryPolicy } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";

/** Options of one step; what is absent is taken from the workflow. */
export interface StepOptions {
  /** Longest the step may run before the attempt fails. */
  readonly timeout?: Duration;
  readonly retry?: RetryOptions;
  /** codehooks' way to say `retry.maximumAttempts`: retries after the first attempt. */
  readonly maxRetries?: number;
}

/** What an instance keeps of its history. */
export type HistoryKept = "recent" | "full" | "changes";

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
   * `"full"` all of them, one more write in eight transitions; `"changes"` all of them, each with what it changed in the
   * state, which makes the item up to 7 KB larger. It counts for instances started from then on.
   */
  readonly history?: HistoryKept;
  /**
   * State keys, at most 32, whose values the history and the command line leave out: they only tell that such a key
   * changed. It counts for instances started from then on.
   */
  readonly redact?: readonly string[];
  /**
   * How long an instance is kept after it has ended, at least `"15d"`; for ever unless given. It counts for instances
   * started from then on.
   */
  readonly retention?: Duration;
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
  const attempts = given?.maxRetries === undefined ? undefined : given.maxRetries + 1;
  const maximumAttempts = given?.retry?.maximumAttempts ?? attempts;
  const policy = retryPolicy(
    { ...given?.retry, ...(maximumAttempts === undefined ? {} : { maximumAttempts }) },
    defaults,
  );
  if (policy) return policy;
  throw new EngineError("invalid-definition", `Option retry of workflow "${workflow}" ${RETRY_RULE}.`, { workflow });
}
