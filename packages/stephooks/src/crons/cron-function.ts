import type { Duration, RetryOptions } from "@stephooks/core";
import type { HttpRequest, HttpResponse, Next } from "../http/index.ts";

/** A response that also says which run it is. */
export interface CronResponse extends HttpResponse {
  /** Id of the run: equal for every attempt at one tick, different for every other. Give it to outside services. */
  readonly jobId: string;
}

/**
 * Runs at a tick. The run is done when the response ends, or the returned promise settles; the attempt fails when the
 * function throws, or calls `next(error)`, before the response has ended. The request is empty but for `req.body`,
 * which is `{ _id, topic, payload: { scheduledAt }, jobId, _created }` with the job's name as topic.
 */
export type CronFunction = (req: HttpRequest, res: CronResponse, next: Next) => unknown;

/** Options of `app.job`. Unknown keys are ignored. */
export interface CronOptions {
  /** IANA name of the time zone that the expression is in. Default: UTC. */
  readonly timeZone?: string;
  /**
   * What a tick does while the run of an earlier one has not ended, its retries included: `"skip"` (default) completes
   * at once without running the function, `"allow"` runs beside it.
   */
  readonly overlap?: "skip" | "allow";
  /** How a failed run is tried again. Default: three attempts in all. */
  readonly retry?: RetryOptions;
  /** The longest an attempt may run, at most 889 seconds. Default: 50 seconds. */
  readonly timeout?: Duration;
  /**
   * Name of the job: 1 to 64 letters, digits, `_`, `.` and `-`, and no other job's. It begins the ids of the runs, so a
   * job that is given another name may run a tick again. Default: made of the expression, and of its place among the
   * jobs that have the same.
   */
  readonly name?: string;
}
