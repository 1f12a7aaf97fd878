import type { OwnMove } from "./decision.ts";
import { EngineError } from "./engine-error.ts";
import { planJoin } from "./join.ts";
import { enter, giveUp, wakeUp } from "./moves.ts";
import { noChanges } from "./state-changes.ts";
import { planMove, type Transition, type TransitionInput } from "./transition.ts";

/** The transition that a head makes without a step body. Pure. */
export function planOwnMove(input: TransitionInput, move: OwnMove): Transition {
  switch (move) {
    case "join":
      return planJoin(input);
    case "time-out":
      return planTimeOut(input);
    case "block":
      return planMove(input, { set: { status: "blocked" }, changes: noChanges, drop: ["indexedAt"] });
    case "expire":
      return planMove(input, giveUp(input, expired(input)));
  }
}

function planTimeOut(input: TransitionInput): Transition {
  const { timeoutStep } = input.head;
  return planMove(input, timeoutStep === undefined ? wakeUp(input, noChanges) : enter(input, timeoutStep, noChanges));
}

function expired({ head, workflow }: TransitionInput): EngineError {
  return new EngineError(
    "instance-timeout",
    `Instance ${head.id} did not end within ${workflow.instanceTimeout ?? 0} ms. Raise instanceTimeout of workflow "${workflow.name}", or shorten what it waits for.`,
    { workflow: workflow.name, instance: head.id, step: head.step },
  );
}
