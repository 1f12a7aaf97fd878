import {
  type CommandMessage,
  type InstanceHead,
  type Ports,
  randomHex,
  StateError,
  type UnpauseMessage,
} from "@stephooks/core";
import { classifyMessage } from "./classify-message.ts";
import { commit, writeTwice } from "./commit.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import { definitionOf } from "./definitions.ts";
import { spillHistory } from "./history-ring.ts";
import { performDuties } from "./perform-duties.ts";
import { type CommandInput, noWorkflow, planCommand } from "./plan-command.ts";
import { planHold, planUnpause } from "./plan-pause.ts";
import { planOwnMove } from "./plan-own-move.ts";
import { runBranch } from "./run-branch.ts";
import { runInstance } from "./run-instance.ts";
import { isSuspect } from "./start-marks.ts";
import type { Transition } from "./transition.ts";
import type { Fate, Outcome, Work, WorkTools } from "./work-context.ts";

/** Acts on a decision until the message's fate is known. @throws PortError: the message must be kept. */
export async function actOn(decision: Decision, work: Work, tools: WorkTools): Promise<Fate> {
  let outcome: Outcome = decision;
  while (typeof outcome !== "string") outcome = await actOnce(outcome, work, tools);
  return outcome;
}

async function actOnce(decision: Decision, work: Work, tools: WorkTools): Promise<Outcome> {
  const { ports } = tools;
  const { message, received } = work;
  const place = { instance: message.instance, message: received.id };
  switch (decision.kind) {
    case "run":
      if (work.parent) return runBranch(decision.head, decision.stored, { ...work, parent: work.parent }, tools);
      return decision.stored ? runInstance(decision.head, work, tools) : createFirst(decision.head, work, tools);
    case "move":
      return moveOn(decision, work, tools);
    case "apply":
      return applyCommand(decision.head, decision.command, work, tools);
    case "hold":
      return hold(decision.head, work, tools);
    case "drop":
      ports.logger.log("debug", "message dropped", { ...place, reason: decision.reason });
      return "done";
    case "keep":
      ports.logger.log("debug", "message kept", { ...place, reason: decision.reason });
      if (decision.seconds !== undefined) await ports.queue.postpone(received.receipt, decision.seconds);
      return "keep";
    case "repair":
      ports.logger.log("info", "duties repeated", { ...place, reason: decision.reason });
      return performDuties(decision.head, received, ports, isSuspect(received, message));
    case "replace":
      ports.logger.log("info", "message replaced by a delayed copy", { ...place, reason: decision.reason });
      await ports.queue.send([decision.outgoing]);
      return "done";
  }
}

/**
 * R7: the instance is stored before its first body runs. A body of a start that loses its id to another would act outside,
 * under the other's idempotency key, and mail tokens that nobody will ever know.
 */
async function createFirst(head: InstanceHead, work: Work, { ports }: WorkTools): Promise<Outcome> {
  const written = await writeTwice(() => ports.instances.create(head));
  if (written.ok) return classifyMessage(work.message, head, contextNow(work, ports));
  if (written.current === undefined) throw new TypeError("a refused create shows the present head");
  return classifyMessage(work.message, written.current, contextNow(work, ports));
}

type MoveDecision = Extract<Decision, { kind: "move" }>;

/** Commits a transition that needs no body: a join, the end of a wait, the end of a lifetime. */
async function moveOn({ creates, head, move }: MoveDecision, work: Work, tools: WorkTools): Promise<Outcome> {
  const { definitions, listener, ports, rules } = tools;
  const workflow = move === "block" ? undefined : definitionOf(definitions, head.workflow);
  const transactionId = randomHex(ports.random, 8);
  const plan = (on: InstanceHead) =>
    planOwnMove({ head: on, workflow: workflow ?? noWorkflow, now: ports.clock.now(), transactionId, chance: 0 }, move);
  const verdict = await commit({ ...work, head, stored: creates !== true, plan }, ports, rules);
  if (verdict.kind === "rerun") throw new TypeError("a move without a body is never run again");
  if (verdict.kind !== "committed") return verdict;
  await listener?.({ before: head, after: verdict.head });
  return performDuties(verdict.head, work.received, ports);
}

/**
 * A7: applies the command in hand under its condition; the message then is the wake of the token it issued. A command
 * that does not fit beside what the state has become insures nothing and would come back for ever.
 */
async function applyCommand(
  head: InstanceHead,
  command: CommandMessage | UnpauseMessage,
  work: Work,
  { ports }: WorkTools,
): Promise<Outcome> {
  if (command.kind === "command") await spillHistory(head, ports);
  const input = { head, now: ports.clock.now(), transactionId: randomHex(ports.random, 8) };
  const plan = command.kind === "unpause" ? planUnpause(head, command.pauseId) : fittingCommand(input, command);
  if (plan instanceof StateError) {
    ports.logger.log("error", "command dropped: the state has no room for it", {
      instance: head.id,
      message: work.received.id,
    });
    return "done";
  }
  const written = await writeTwice(() => ports.instances.update(head.id, plan.update, plan.condition));
  const current = written.ok ? plan.next : written.current;
  return classifyMessage(command, current, contextNow(work, ports));
}

function fittingCommand(input: CommandInput, command: CommandMessage): Transition | StateError {
  try {
    return planCommand(input, command);
  } catch (error) {
    if (error instanceof StateError) return error;
    throw error;
  }
}

/** A15: the token's message goes because of the pause, so the head must say so before; what ends the pause goes by it. */
async function hold(head: InstanceHead, work: Work, { ports }: WorkTools): Promise<Outcome> {
  const { condition, update } = planHold(head);
  const written = await writeTwice(() => ports.instances.update(head.id, update, condition));
  return written.ok ? "done" : classifyMessage(work.message, written.current, contextNow(work, ports));
}

/** What a command makes due is due now, not when the message that brought it was read. */
function contextNow({ context }: Work, { clock }: Ports): DecisionContext {
  return { ...context, now: clock.now() };
}
