import type { Duration, RetryOptions } from "@stephooks/core";
import type { HttpRequest, HttpResponse, Next } from "../http/index.ts";

/** One job as its worker gets it. */
export interface JobBody {
  /** The job's id; of a job that `enqueueFromQuery` made, the document's `_id`; of a source, the message's id. */
  readonly _id: string;
  readonly topic: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what was enqueued has no type until the app checks it
  readonly payload: any;
  /** What `enqueue` answered; all jobs of one `enqueueFromQuery` share it. */
  readonly jobId: string;
  /** When it was enqueued, ISO 8601. */
  readonly _created: string;
}

/** A job in the place of a request: `headers`, `query` and `params` are empty, and so is the stream of its bytes. */
export interface JobRequest extends HttpRequest {
  body: JobBody;
}

/**
 * Works on one job. The job is done when the response ends, whatever its status, or the returned promise settles; it
 * fails when the function throws, or calls `next(error)`, before the response has ended.
 */
export type WorkerFunction = (req: JobRequest, res: HttpResponse, next: Next) => unknown;

/** Options of `app.worker`. Unknown keys are ignored, as codehooks-js does. */
export interface WorkerOptions {
  /**
   * How many jobs of the topic may run at the same time: 1 to 1,000. With 1, the default unless the environment variable
   * `QUEUE_WORKERS` says otherwise, they run one after the other in the order they were enqueued.
   */
  readonly workers?: number;
  /** The longest a job may run before its attempt fails, at most 890 seconds. Default: 50 seconds. */
  readonly timeout?: Duration;
  /** How a failed job is tried again. Default: three attempts in all. */
  readonly retry?: RetryOptions;
  /** An SQS queue of the account to read instead of the app's own. The topic is its name then; nobody enqueues to it. */
  readonly source?: { readonly queueArn: string };
}
