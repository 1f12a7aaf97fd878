import type { BranchRef, InstanceHead } from "@stephooks/core";

/** A transition that this process has committed. */
export interface TransitionEvent {
  readonly before: InstanceHead;
  readonly after: InstanceHead;
  /** The transition is that of a branch: `before` is its record, `after` its record or its instance. */
  readonly branch?: BranchRef;
  /** What the failed attempt threw, when one did. */
  readonly error?: unknown;
}

/** Called after the commit, by the winner only; awaited, best effort: a crash may skip it. */
export type TransitionListener = (event: TransitionEvent) => Promise<void>;
