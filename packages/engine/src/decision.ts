import type { CommandMessage, InstanceHead, OutgoingMessage, UnpauseMessage } from "@stephooks/core";

/** A move that needs no step body. */
export type OwnMove = "join" | "time-out" | "expire" | "block";

/** What is to be done with a received message. */
export type Decision =
  /** Run the current step. `stored` is false when no item exists yet: an instance is created first, a branch by its commit. */
  | { readonly kind: "run"; readonly head: InstanceHead; readonly stored: boolean }
  /** Commit a transition that follows from the head alone. `creates` when no item exists yet. */
  | { readonly kind: "move"; readonly head: InstanceHead; readonly move: OwnMove; readonly creates?: boolean }
  /** Apply the command in hand, then decide again. */
  | { readonly kind: "apply"; readonly head: InstanceHead; readonly command: CommandMessage | UnpauseMessage }
  /** The instance is paused: note that this token's message was taken, then let it be deleted. */
  | { readonly kind: "hold"; readonly head: InstanceHead }
  /** Nothing depends on it any more: let it be deleted. */
  | { readonly kind: "drop"; readonly reason: string }
  /** It must be seen again; after `seconds`, or after the queue's visibility timeout. */
  | { readonly kind: "keep"; readonly reason: string; readonly seconds?: number }
  /** Do the newest commit's duties again, then let it be deleted. */
  | { readonly kind: "repair"; readonly head: InstanceHead; readonly reason: string }
  /** Send a fresh copy instead of keeping it, so that the receive count stays a count of deaths (A16). */
  | { readonly kind: "replace"; readonly outgoing: OutgoingMessage; readonly reason: string };

/** What a decision may depend on besides message and head. */
export interface DecisionContext {
  readonly now: number;
  readonly receiveCount: number;
  /** Seconds. */
  readonly functionTimeout: number;
  readonly visibilityTimeout: number;
  /** Whether this deployment has the step. */
  knowsStep(workflow: string, step: string): boolean;
}
