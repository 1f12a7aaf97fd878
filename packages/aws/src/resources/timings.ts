/** Everything that depends on how long a step may run. Seconds. */
export interface Timings {
  /** Lambda timeout of the worker. A step's own timeout ends before it. */
  readonly functionTimeout: number;
  /** A received step message comes back after this; never below the function timeout (AWS refuses that). */
  readonly visibilityTimeout: number;
}

/** Lambda's own limit for a function, seconds. */
export const MAX_FUNCTION_TIMEOUT = 900;

/** What a function needs around the longest step: cold start, reads, commit, send. Seconds. */
const AROUND_A_STEP = 10;

/** A visibility longer than the function's life by this much lets a finished batch be deleted. Seconds. */
const VISIBILITY_MARGIN = 30;

/** Timings for an app whose longest step may run `longestStepTimeout` milliseconds. */
export function timingsFor(longestStepTimeout: number): Timings {
  const functionTimeout = Math.min(MAX_FUNCTION_TIMEOUT, Math.ceil(longestStepTimeout / 1_000) + AROUND_A_STEP);
  return { functionTimeout, visibilityTimeout: functionTimeout + VISIBILITY_MARGIN };
}
