import type { HistoryEntry, InstanceStatus, JsonValue } from "@stephooks/core";

/** One committed transition, as the history keeps it. What it changed in the state is for nobody but `show` to tell. */
export interface TransitionProgress extends Omit<HistoryEntry, "changes" | "unlisted"> {
  readonly type: "transition";
  /** Where this event stands in the stream: what comes behind it is asked for with it. */
  readonly id: string;
}

/** What a step body reported with `context.emit`. */
export interface ReportProgress {
  readonly type: "progress";
  readonly id: string;
  readonly step: string;
  /** 1 for the first try. A later one, or a body that runs again, may report the same once more. */
  readonly attempt: number;
  /** The step's idempotency key: equal for all attempts of one visit, different for every other. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly data: JsonValue;
}

/** Transitions that were made and can no longer be read: `history: "full"` keeps all of them. */
export interface GapProgress {
  readonly type: "gap";
  readonly id: string;
  /** The first and the last seq that is missing. */
  readonly from: number;
  readonly to: number;
}

/** Where the instance stands now: at the beginning of a stream, and whenever it stands elsewhere. */
export interface StatusProgress {
  readonly type: "status";
  readonly id: string;
  readonly status: InstanceStatus;
  /** The step to run, running, or (when ended) last run. */
  readonly step: string;
  readonly attempt: number;
  /** The steps that run side by side, and whether each is over; only then. */
  readonly branches?: readonly { readonly step: string; readonly over: boolean }[];
  /** Where it failed, and the error's code when it has one; only when failed. `show` may tell more. */
  readonly error?: { readonly step: string; readonly code?: string };
  /** True for the last event of all. */
  readonly ended: boolean;
  /** What `show` made of the instance. */
  readonly data?: JsonValue;
}

/** What happened to an instance, in order. */
export type ProgressEvent = TransitionProgress | ReportProgress | GapProgress | StatusProgress;
