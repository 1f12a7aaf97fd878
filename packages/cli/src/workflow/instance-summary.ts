import type { InstanceHead, InstanceStatus } from "@stephooks/core";
import { inspectInstance } from "@stephooks/engine";

/** An instance as lists and answers of actions show it. */
export interface InstanceSummary {
  readonly id: string;
  readonly workflow: string;
  readonly status: InstanceStatus;
  /** The step to run, running, or last run. */
  readonly step: string;
  readonly attempt: number;
  /** Committed transitions so far. */
  readonly transitions: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Why it failed; only when failed. */
  readonly error?: { readonly code?: string; readonly message: string; readonly step: string };
}

export function instanceSummary(head: InstanceHead, now: number): InstanceSummary {
  const { attempt, createdAt, error, id, status, step, transitions, updatedAt, workflow } = inspectInstance(
    head,
    undefined,
    now,
  );
  const summary = { id, workflow, status, step, attempt, transitions, createdAt, updatedAt };
  if (error === undefined) return summary;
  const { code, message, step: failedIn } = error;
  return { ...summary, error: { ...(code === undefined ? {} : { code }), message, step: failedIn } };
}
