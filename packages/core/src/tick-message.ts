import { isRecord } from "./json-value.ts";

/** What a schedule sends to the step queue: it is time for a job of `app.job`. */
export interface TickMessage {
  /** Name of the job, as in the manifest. */
  readonly job: string;
  /** The time it is for, epoch milliseconds. */
  readonly scheduledAt: number;
}

/** As EventBridge Scheduler and `toISOString` write it. `Date.parse` alone takes "1" for a year. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * The body as a schedule sends it. On AWS `scheduledAt` is a placeholder that EventBridge Scheduler fills in with an ISO
 * 8601 time.
 */
export function tickBody(job: string, scheduledAt: string): string {
  return JSON.stringify({ stephooks: "tick", job, scheduledAt });
}

/** Undefined for a body that is something else. */
export function parseTick(body: string): TickMessage | undefined {
  // Steps are by far the most messages of the queue.
  if (!body.startsWith('{"stephooks":"tick"')) return undefined;
  try {
    const wire: unknown = JSON.parse(body);
    if (!isRecord(wire) || typeof wire["job"] !== "string" || typeof wire["scheduledAt"] !== "string") return undefined;
    const scheduledAt = ISO_TIME.test(wire["scheduledAt"]) ? Date.parse(wire["scheduledAt"]) : Number.NaN;
    return Number.isNaN(scheduledAt) ? undefined : { job: wire["job"], scheduledAt };
  } catch {
    return undefined;
  }
}
