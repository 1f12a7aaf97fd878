import type { StateEntries } from "./state-entries.ts";

/** Where a stored instance stands. `joining`, `timer`, `waiting` and `blocked` have no message of their own. */
export type HeadStatus =
  | "runnable"
  | "waiting"
  | "timer"
  | "joining"
  | "blocked"
  | "completed"
  | "failed"
  | "cancelled";

/** What users read. `runnable`, `timer` and `joining` are all `running` to them. */
export type InstanceStatus = "running" | "waiting" | "completed" | "failed" | "cancelled" | "blocked" | "paused";

/** How often and when a step ran; epoch milliseconds. `totalTime` is the last visit's duration. */
export interface StepCount {
  readonly visits: number;
  readonly startTime: number;
  readonly finishTime?: number;
  readonly totalTime?: number;
}

/** Why an attempt failed. At most 8 KB as JSON. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly step: string;
  readonly attempt: number;
  readonly at: number;
}

/** One committed transition as the history ring keeps it. */
export interface HistoryEntry {
  /** The seq this transition committed. */
  readonly seq: number;
  readonly step: string;
  readonly attempt: number;
  readonly outcome: "goto" | "end" | "retry" | "fail";
  /** When the step body began, epoch milliseconds. */
  readonly startedAt: number;
  /** How long the body ran, milliseconds. */
  readonly duration: number;
}

/** The instance a child reports to when it ends: its id, the seq of the fan-out, and the branch index. */
export interface ParentRef {
  readonly id: string;
  readonly seq: number;
  readonly branch: number;
}

/**
 * One workflow instance as stored: the whole truth about it, changed only by conditional writes.
 *
 * `seq` counts commits. `token` is the seq of the newest message issued for this instance and `previousToken` the
 * one before: a message is current, predecessor or older by comparing its token with these two.
 */
export interface InstanceHead {
  readonly id: string;
  readonly workflow: string;
  /** Id of the start that created it; a second start with the same instance id has another one. */
  readonly startId: string;
  readonly createdAt: number;
  readonly seq: number;
  readonly token: number;
  /** -1 while the create message is the newest. */
  readonly previousToken: number;
  readonly status: HeadStatus;
  /** The step to run, running, or (when ended) last run. */
  readonly step: string;
  readonly previousStep?: string;
  /** Grows with every goto, not with retries: the idempotency key of a body is `id/visit`. */
  readonly visit: number;
  /** 1 for the first try of a visit. */
  readonly attempt: number;
  /** The step must not begin before this time, epoch milliseconds. */
  readonly readyAt: number;
  /** Random id of the last commit: how a writer recognises its own write after an unclear answer. */
  readonly transactionId: string;
  /** Time of the last step commit. */
  readonly updatedAt: number;
  readonly state: StateEntries;
  /** Grows with every change of the state from outside a step. */
  readonly patchVersion: number;
  readonly stepCounts: Readonly<Record<string, StepCount>>;
  /** The newest transitions, oldest first, at most {@link HISTORY_LENGTH}. */
  readonly history: readonly HistoryEntry[];
  /** Time from creation to the last step's end; only when completed. */
  readonly totalTime?: number;
  /** The newest failure; kept when a later attempt succeeds. */
  readonly error?: ErrorRecord;
  readonly parent?: ParentRef;
}

/** Transitions kept in the item itself. */
export const HISTORY_LENGTH = 16;

/** True when no step will run any more. */
export function hasEnded(status: HeadStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
