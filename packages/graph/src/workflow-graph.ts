/** Targets that are no steps: the instance is completed, waits, or goes where the source does not tell. */
export const END = "END";
export const WAIT = "WAIT";
export const UNKNOWN = "?";

/**
 * - `next`: goto with the name of a step, or null.
 * - `parallel`: goto with a list: one edge per branch.
 * - `join`: goto in a branch: where the branches meet.
 * - `wait`: the step waits, and runs again when it is answered.
 * - `timeout`: where a wait goes when its time is over.
 * - `error`: option `onError`: where a step goes that has failed for good.
 * - `unknown`: the source does not tell where this step goes.
 */
export type EdgeKind = "next" | "parallel" | "join" | "wait" | "timeout" | "error" | "unknown";

export interface Edge {
  readonly from: string;
  /** A step, `END`, `WAIT` or `?`. */
  readonly to: string;
  readonly kind: EdgeKind;
}

/** Where something stands; lines and columns begin at 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface WorkflowGraph {
  readonly name: string;
  /** The steps, in the order they are declared. */
  readonly nodes: readonly string[];
  /** Each once, in the order of the steps and then of the source. */
  readonly edges: readonly Edge[];
  /** The first step; absent when the source does not tell. */
  readonly start?: string;
  /** Where it is created. */
  readonly place: Place;
  /** Where each step is declared. */
  readonly places: ReadonlyMap<string, Place>;
}
