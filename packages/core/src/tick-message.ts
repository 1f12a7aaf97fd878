import { isRecord } from "./json-value.ts";

/** What a schedule sends to the step queue: it is time for a job of `app.job`. */
export interface TickMessage {
  /** Name of the job, as in the manifest. */
  readonly job: string;
  /** The time it is for, epoch milliseconds. */
  readonly scheduledAt: number;
}

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
    const scheduledAt = Date.parse(wire["scheduledAt"]);
    return Number.isNaN(scheduledAt) ? undefined : { job: wire["job"], scheduledAt };
  } catch {
    return undefined;
  }
}
