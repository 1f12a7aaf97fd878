import type { OwnMove } from "./decision.ts";
import { EngineError } from "./engine-error.ts";
import { entryAt } from "./history-ring.ts";
import { planJoin } from "./join.ts";
import { enter, giveUp, wakeUp } from "./moves.ts";
import { noChanges } from "./state-changes.ts";
import { type Move, planMove, type Transition, type TransitionInput } from "./transition.ts";

/** The transition that a head makes without a step body. Pure. */
export function planOwnMove(input: TransitionInput, move: OwnMove): Transition {
  const entry = entryAt(input.head, move, input.now);
  switch (move) {
    case "join":
      return planJoin(input, entry);
    case "time-out":
      return planMove(input, timeOut(input), entry);
    case "block":
      return planMove(input, { set: { status: "blocked" }, changes: noChanges, drop: ["indexedAt"] }, entry);
    case "expire":
      return planMove(input, giveUp(input, expired(input)), entry);
  }
}

function timeOut(input: TransitionInput): Move {
  const { timeoutStep } = input.head;
  return timeoutStep === undefined ? wakeUp(input, noChanges) : enter(input, timeoutStep, noChanges);
}

function expired({ head, workflow }: TransitionInput): EngineError {
  return new EngineError(
    "instance-timeout",
    `Instance ${head.id} did not end within ${workflow.instanceTimeout ?? 0} ms. Raise instanceTimeout of workflow "${workflow.name}", or shorten what it waits for.`,
    { workflow: workflow.name, instance: head.id, step: head.step },
  );
}
