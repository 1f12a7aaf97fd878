import {
  decodeState,
  type ErrorRecord,
  hasEnded,
  type HistoryEntry,
  type InstanceHead,
  type InstanceStatus,
  type JsonObject,
} from "@stephooks/core";
import { type Definitions, knowsStep } from "./definitions.ts";

/** Everything the engine knows of an instance beside its codehooks document. */
export interface InstanceInspection {
  readonly id: string;
  readonly workflow: string;
  readonly status: InstanceStatus;
  readonly step: string;
  readonly attempt: number;
  /** Committed transitions so far. */
  readonly transitions: number;
  readonly state: JsonObject;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When the next attempt may begin; only while a retry is pending. ISO 8601. */
  readonly nextAttemptAt?: string;
  /** Why it failed; only when failed. */
  readonly error?: ErrorRecord;
  /** The newest failed attempt, whatever came after it. */
  readonly lastError?: ErrorRecord;
  /** Why it does not go on; only when blocked. */
  readonly blockedBy?: string;
  /** The newest transitions, oldest first. */
  readonly history: readonly HistoryEntry[];
}

/** Without definitions, as tools outside the app have none, an instance is `blocked` once a worker has found it so. */
export function inspectInstance(
  head: InstanceHead,
  definitions: Definitions | undefined,
  now: number,
): InstanceInspection {
  const blocked =
    definitions !== undefined &&
    head.pauseId === undefined &&
    head.status === "runnable" &&
    !knowsStep(definitions, head.workflow, head.step);
  return {
    id: head.id,
    workflow: head.workflow,
    status: blocked ? "blocked" : publicStatus(head),
    step: head.step,
    attempt: head.attempt,
    transitions: head.seq,
    state: decodeState(head.state),
    createdAt: new Date(head.createdAt).toISOString(),
    updatedAt: new Date(head.updatedAt).toISOString(),
    ...(head.status === "runnable" && head.readyAt > now
      ? { nextAttemptAt: new Date(head.readyAt).toISOString() }
      : {}),
    ...(head.status === "failed" && head.error ? { error: head.error } : {}),
    ...(head.error ? { lastError: head.error } : {}),
    ...(blocked ? { blockedBy: `no step "${head.step}" in workflow "${head.workflow}" of this deployment` } : {}),
    history: head.history,
  };
}

function publicStatus(head: InstanceHead): InstanceStatus {
  if (head.pauseId !== undefined && !hasEnded(head.status)) return "paused";
  switch (head.status) {
    case "runnable":
    case "timer":
    case "joining":
      return "running";
    case "waiting":
    case "blocked":
    case "completed":
    case "failed":
    case "cancelled":
      return head.status;
  }
}
