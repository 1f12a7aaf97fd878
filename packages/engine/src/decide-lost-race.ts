import { hasEnded, type InstanceHead } from "@stephooks/core";
import { classifyStale, isOfAnotherStart, type TokenMessage, tokenOf } from "./classify-message.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import type { Transition } from "./transition.ts";

/** A refused commit: what was tried, on which head, and what stood in its way. */
export interface LostRace {
  readonly message: TokenMessage;
  /** The head the step ran on. */
  readonly head: InstanceHead;
  readonly stored: boolean;
  readonly transition: Transition;
  readonly current: InstanceHead | undefined;
}

/** A refused commit was our own after all, must be planned or run again on another head, or leaves a decision. */
export type LostRaceVerdict =
  /** `head` as it is stored: with what was written beside the transition before its writer learnt of it. */
  | { readonly kind: "committed"; readonly head: InstanceHead }
  | { readonly kind: "replan"; readonly head: InstanceHead }
  | { readonly kind: "rerun"; readonly head: InstanceHead }
  | Exclude<Decision, { kind: "run" | "move" | "apply" | "hold" }>;

/** R4, R5, R8, A2, A3: what to do after the condition of a commit failed. Decided by the token only. */
export function decideLostRace(race: LostRace, context: DecisionContext): LostRaceVerdict {
  const { current, head, message, transition } = race;
  if (current === undefined) return { kind: "drop", reason: "the instance is gone" };
  if (current.transactionId === transition.next.transactionId) {
    // R4: an answer got lost and the write was applied. A3: go on only if nobody moved the instance since.
    const untouched = current.seq === transition.next.seq && current.status === transition.next.status;
    return untouched
      ? { kind: "committed", head: current }
      : { kind: "repair", head: current, reason: "someone moved on since" };
  }
  if (isSameVisit(race, current)) {
    // R8: what the patch says, the waiting step must see before it waits.
    const patched = current.patchVersion !== head.patchVersion;
    if (transition.next.status === "waiting" && patched) return { kind: "rerun", head: current };
    const { patchVersion, pauseId } = transition.condition;
    if (!race.stored || patchVersion !== undefined || pauseId !== undefined) return { kind: "replan", head: current };
  }
  if (isOfAnotherStart(message, current)) {
    return { kind: "drop", reason: "the id belongs to another start" };
  }
  if (current.status === "blocked") return { kind: "drop", reason: "the instance is blocked" };
  const token = tokenOf(message, current);
  if (current.token !== token) return classifyStale(token, current, context);
  // A2: an end owes nothing, so nothing depends on the loser's message.
  if (hasEnded(current.status)) return { kind: "drop", reason: "the instance has ended" };
  return { kind: "keep", reason: `someone else holds seq ${current.seq}, this ran at ${head.seq}` };
}

/** Nobody moved the instance: the caller's put came first, or it was patched or paused beside the step. */
function isSameVisit({ head }: LostRace, current: InstanceHead): boolean {
  return current.status === head.status && current.seq === head.seq && current.startId === head.startId;
}
