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

/**
 * What a transition was. A step body: `goto` (fan-outs included), `wait`, `end`, `retry` (it threw and is tried again),
 * `fail` (it threw for good). The engine: `join`, `time-out` (a wait or a long delay ended), `expire` (the instance's
 * lifetime), `block` (no deployment has the step). A command: `continue`, `resume`, `restart` (of a failed instance).
 */
export const historyOutcomes = [
  "goto",
  "wait",
  "end",
  "retry",
  "fail",
  "join",
  "time-out",
  "expire",
  "block",
  "continue",
  "resume",
  "restart",
] as const;

export type HistoryOutcome = (typeof historyOutcomes)[number];

/**
 * A top-level key of the state that a transition wrote, as JSON texts. A text that ends with `…` is not the whole value: it
 * was too long, or the workflow keeps that key's values out of its history.
 */
export interface RecordedChange {
  readonly key: string;
  /** What the transition was made on; absent when the key was not there. */
  readonly before?: string;
  /** What it wrote; absent when it removed the key. */
  readonly after?: string;
}

/** One committed transition as the history keeps it. */
export interface HistoryEntry {
  /** The seq this transition committed. */
  readonly seq: number;
  /** The step that ran, or at which the instance stood. */
  readonly step: string;
  readonly attempt: number;
  readonly outcome: HistoryOutcome;
  /** When the step body began, or the transition was made. Epoch milliseconds. */
  readonly startedAt: number;
  /** How long the body ran, milliseconds; 0 where there was none. */
  readonly duration: number;
  /** What it wrote into the state, in order; only of an instance that keeps changes, and only when there was something. */
  readonly changes?: readonly RecordedChange[];
  /** How many more keys it wrote than `changes` has room for. */
  readonly unlisted?: number;
}

/** What one branch of a parallel step asked for, as recorded on its instance. */
export type BranchResult =
  | {
      readonly kind: "next";
      /** The step, or list of steps, to go to after the join; null to complete. */
      readonly next: string | readonly string[] | null;
      /** Top-level keys it changed, as JSON text, and keys it removed. */
      readonly set: Readonly<Record<string, string>>;
      readonly remove: readonly string[];
      readonly startedAt: number;
      readonly duration: number;
    }
  | { readonly kind: "failed"; readonly error: ErrorRecord };

/** A fan-out that has not joined yet. */
export interface Join {
  /** The seq whose commit fanned out: names this fan-out among those of one instance. */
  readonly seq: number;
  /** The branches' steps in declared order. */
  readonly steps: readonly string[];
  /** Branches that may fail before the join fails. */
  readonly tolerated: number;
  /** Wait for every branch even when the join has failed already. */
  readonly settleAll: boolean;
}

/** A command that was applied: the token it issued, and its id. */
export interface AppliedCommand {
  readonly token: number;
  readonly id: string;
}

/** A pause that was ended, and the token whose message it had taken: the message that ended it is its wake now. */
export interface EndedPause {
  readonly id: string;
  readonly heldToken?: number;
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
  /** Entries that leave `history` are stored apart before they do, so that the whole of it can be read. */
  readonly fullHistory?: boolean;
  /** The history says what each transition wrote into the state. */
  readonly keepsChanges?: boolean;
  /** State keys whose values neither the history nor a tool shows. */
  readonly redact?: readonly string[];
  /** How long it is kept after its end, milliseconds; for ever when absent. */
  readonly retention?: number;
  /** From when on it is gone, epoch milliseconds, whole seconds; only when it has ended. */
  readonly expiresAt?: number;
  /** When a wait times out or a long delay ends; only while `waiting` or `timer`. Epoch milliseconds. */
  readonly dueAt?: number;
  /** Where the instance stands in the due index: its due time, or when the watchdog looks after it. */
  readonly indexedAt?: number;
  /** Step that a timed-out wait goes to; absent when the wait's own step runs again. */
  readonly timeoutStep?: string;
  /** The instance fails when it has not ended by then. Epoch milliseconds. */
  readonly deadline?: number;
  readonly join?: Join;
  /** Recorded branch results by branch index; present exactly while `joining`. */
  readonly results?: ReadonlyMap<number, BranchResult>;
  /** Failures a join tolerated, for the step after it. */
  readonly branchErrors?: readonly ErrorRecord[];
  /** State keys a branch's own record removes from what its instance holds. */
  readonly removed?: readonly string[];
  /**
   * The newest commands, oldest first, at most {@link COMMANDS_LENGTH}: a caller whose answer got lost, or who was
   * overtaken by the next command, must recognise its own, or it would give it a second time.
   */
  readonly appliedCommands?: readonly AppliedCommand[];
  /** The visit that a wait token has answered before its wait was committed: that token is used (R9). */
  readonly answeredVisit?: number;
  /** How often a suspected killer step was begun without a commit. */
  readonly startMarks?: number;
  /** The pause in force. Each has an id of its own: what ends one must not end a later one (A15). */
  readonly pauseId?: string;
  /** Token whose message went because of a pause: what ends the pause becomes its wake. */
  readonly heldToken?: number;
  /** The newest pauses that were ended, oldest first, at most {@link ENDED_PAUSES_LENGTH}. */
  readonly endedPauses?: readonly EndedPause[];
}

export type EndedStatus = "completed" | "failed" | "cancelled";

/** Ended pauses kept in the item itself. */
export const ENDED_PAUSES_LENGTH = 8;

/** Commands kept in the item itself. */
export const COMMANDS_LENGTH = 8;

/** Transitions kept in the item itself. */
export const HISTORY_LENGTH = 16;

/** Transitions that leave the item together when the whole history is kept. */
export const HISTORY_CHUNK = 8;

/** What the end of an instance sets: when it may be removed. Costs nothing before. */
export function expiryOf(
  { retention }: Pick<InstanceHead, "retention">,
  endedAt: number,
): { readonly expiresAt?: number } {
  return retention === undefined ? {} : { expiresAt: Math.ceil((endedAt + retention) / 1_000) * 1_000 };
}

/** Whether an instance is gone, though it may still be stored. */
export function isExpired({ expiresAt }: Pick<InstanceHead, "expiresAt">, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/** True when no step will run any more. */
export function hasEnded(status: HeadStatus): status is EndedStatus {
  return status === "completed" || status === "failed" || status === "cancelled";
}
