import { complete, enter, fanOut, historyOf, retryOrGiveUp, waitFor } from "./moves.ts";
import type { StepResult } from "./step-outcome.ts";
import { type Move, planMove, type Transition, type TransitionInput } from "./transition.ts";

/** What a step's result makes of its instance. Pure. */
export function planStep(input: TransitionInput, result: StepResult): Transition {
  const move = moveFor(input, result);
  return planMove(input, move, historyOf(input.head, result, move));
}

function moveFor(input: TransitionInput, { outcome }: StepResult): Move {
  switch (outcome.kind) {
    case "goto":
      return enter(input, outcome.next, outcome.changes, outcome.delay);
    case "end":
      return complete(input, outcome.changes);
    case "fan-out":
      return fanOut(input, outcome);
    case "wait":
      return waitFor(input, outcome);
    case "error":
      return retryOrGiveUp(input, outcome);
  }
}
