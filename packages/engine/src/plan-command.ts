import {
  applyHeadUpdate,
  applyStateWrite,
  assertStorableSize,
  type CommandMessage,
  type CommandName,
  COMMANDS_LENGTH,
  type HistoryOutcome,
  type InstanceHead,
} from "@stephooks/core";
import { entryAt } from "./history-ring.ts";
import { goBack, wakeUp } from "./moves.ts";
import { planMove, type Move, type Transition, type TransitionInput } from "./transition.ts";
import { watchTime } from "./watch-time.ts";

/** Everything of {@link TransitionInput} that a command does not need: commands know no workflow. */
export type CommandInput = Omit<TransitionInput, "workflow" | "chance">;

/**
 * The transition of a command on a head that stands as the command needs. It issues the command's token and notes the
 * command's id, so that its message, and nobody else's, is the wake of that token (A7). Pure.
 *
 * @throws StateError `state-too-large` when what it sets does not fit beside what the state has become since it was given.
 */
export function planCommand(input: CommandInput, command: CommandMessage): Transition {
  const full: TransitionInput = { ...input, workflow: noWorkflow, chance: 0 };
  const changes = { kind: "keys", set: command.set, remove: command.remove } as const;
  if (changes.set.size > 0) assertStorableSize(applyStateWrite(input.head.state, changes));
  const entry = entryAt(input.head, outcomes[command.command], input.now);
  const transition = planMove(full, moveFor(full, command, changes), entry);
  const applied = { token: command.token, id: command.id };
  const appliedCommands = [...(input.head.appliedCommands ?? []), applied].slice(-COMMANDS_LENGTH);
  const update = {
    ...transition.update,
    set: { ...transition.update.set, appliedCommands, patchVersion: input.head.patchVersion + 1 },
    ...relisted(input.head, command),
  };
  // The step that is woken must see every patch that was acknowledged before (R8), and must not begin in a pause.
  const { patchVersion, pauseId = null } = input.head;
  const condition = { ...transition.condition, patchVersion, pauseId };
  return { update, condition, next: applyHeadUpdate(input.head, update) };
}

/** A retry of the instance is not the retry of a step. */
const outcomes: Readonly<Record<CommandName, HistoryOutcome>> = {
  continue: "continue",
  retry: "restart",
  resume: "resume",
};

function moveFor(input: TransitionInput, { command, step }: CommandMessage, changes: Move["changes"]): Move {
  const { now } = input;
  switch (command) {
    case "continue":
      return wakeUp(input, changes);
    case "retry": {
      const move =
        step === undefined || step === input.head.step ? wakeUp(input, changes) : goBack(input, step, changes);
      return {
        ...move,
        set: { ...move.set, indexedAt: watchTime(now, undefined) },
        drop: ["deadline", "expiresAt"],
      };
    }
    case "resume":
      // The same visit and attempt: the step has not begun. Blocked, it stood in no index.
      return { set: { status: "runnable", readyAt: now, indexedAt: watchTime(now, input.head.deadline) }, changes };
  }
}

/** A retried instance lives again. */
function relisted({ createdAt, workflow }: InstanceHead, { command }: CommandMessage) {
  return command === "retry" ? { listed: { workflow, group: "active", createdAt } as const } : {};
}

/** For moves that read no definition: commands, and the block of an instance whose workflow is unknown. */
export const noWorkflow: TransitionInput["workflow"] = Object.freeze({
  name: "(none)",
  description: "",
  firstStep: "",
  steps: new Map(),
  collectionName: "",
  maxTransitions: Infinity,
  fullHistory: false,
  keepsChanges: false,
  redact: [],
  inline: false,
});
