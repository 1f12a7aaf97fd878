import {
  type BranchMessage,
  type CommandMessage,
  type CreateMessage,
  hasEnded,
  type HeadStatus,
  type InstanceHead,
  MAX_DELAY_SECONDS,
  parseBranchId,
  type UnpauseMessage,
  type WakeMessage,
} from "@stephooks/core";
import type { Decision, DecisionContext } from "./decision.ts";
import { isJoinComplete } from "./join.ts";
import { LONGEST_DELAY } from "./watch-time.ts";

/** Messages that carry a token of the head they name. */
export type TokenMessage = WakeMessage | CreateMessage | BranchMessage | CommandMessage | UnpauseMessage;

/** What a first message stands for when nothing is stored yet; undefined when the message is not a first one. */
export type Unstored = InstanceHead | undefined;

/** Older than every token: what a message insures that took over none. */
const NO_TOKEN = -2;

/**
 * The token a message insures. Create and branch messages insure token 0, which the initial head carries; what ended a
 * pause insures the token whose message that pause had taken (A15).
 */
export function tokenOf(message: TokenMessage, { endedPauses = [] }: InstanceHead): number {
  switch (message.kind) {
    case "create":
    case "branch":
      return 0;
    case "wake":
    case "command":
      return message.token;
    case "unpause":
      return endedPauses.find(({ id }) => id === message.pauseId)?.heldToken ?? NO_TOKEN;
  }
}

/** A deployment that does not know a step may be about to be replaced by one that does. Seconds. */
const UNKNOWN_STEP_DELAY = 60;

/** An instance whose step no deployment has had for this long is blocked (A14). Milliseconds. */
const BLOCK_AFTER = 15 * 60_000;

/** A wake may run this much early: SQS delays are whole seconds. Milliseconds. */
const EARLY_TOLERANCE = 1_000;

/**
 * R1-R3, R7, A4, A6, A7, A15, A16: what a message means for the head a strongly consistent read showed. `unstored` is the
 * head that a create or branch message stands for.
 */
export function classifyMessage(
  message: TokenMessage,
  head: InstanceHead | undefined,
  context: DecisionContext,
  unstored?: Unstored,
): Decision {
  if (head === undefined) {
    if (unstored === undefined) return { kind: "drop", reason: "no such instance" };
    // R7: the start's own put has not happened (its caller died, or is slower than we are).
    return runUnlessUnknown(message, unstored, false, context);
  }
  if (isOfAnotherStart(message, head)) {
    return { kind: "drop", reason: "the id belongs to another start" };
  }
  if (message.kind === "command" && !isApplied(message, head)) return classifyCommand(message, head);
  if (message.kind === "unpause" && message.pauseId === head.pauseId) {
    return hasEnded(head.status)
      ? { kind: "drop", reason: "the instance has ended" }
      : { kind: "apply", head, command: message };
  }
  const token = tokenOf(message, head);
  if (token > head.token) return { kind: "keep", reason: "the token is from the future: was the table restored?" };
  if (token < head.token) return classifyStale(token, head, context);
  return classifyCurrent(message, head, context);
}

/** Ids may be used again, and a message may come before the instance it names. */
export function isOfAnotherStart(message: TokenMessage, { startId }: InstanceHead): boolean {
  return (message.kind === "create" || message.kind === "command") && message.startId !== startId;
}

/** Whether this very command has been applied, now or some commands ago. */
export function isApplied(message: CommandMessage, { appliedCommands = [] }: InstanceHead): boolean {
  return appliedCommands.some(({ id, token }) => token === message.token && id === message.id);
}

/** The status a command needs. */
export const commandNeeds: Readonly<Record<CommandMessage["command"], HeadStatus>> = Object.freeze({
  continue: "waiting",
  retry: "failed",
  resume: "blocked",
});

/** A6, A7: a command not applied yet is applied when the head stands as it was when the command was given. */
function classifyCommand(message: CommandMessage, head: InstanceHead): Decision {
  if (head.seq < message.token - 1) return { kind: "keep", reason: "the command is from the future" };
  const stands = head.seq === message.token - 1 && head.status === commandNeeds[message.command];
  if (stands) return { kind: "apply", head, command: message };
  return { kind: "drop", reason: "somebody else answered first" };
}

function classifyCurrent(message: TokenMessage, head: InstanceHead, context: DecisionContext): Decision {
  // Everything about an end is in its write: it owes nothing that its writer may have left undone (A4).
  if (hasEnded(head.status)) return { kind: "drop", reason: "the instance has ended" };
  if (head.status === "blocked") return { kind: "drop", reason: "the instance is blocked" };
  const { deadline = Infinity } = head;
  const isExpired = deadline - context.now <= EARLY_TOLERANCE;
  const idle = isExpired ? undefined : idleReason(head);
  if (idle !== undefined && deadline - context.now > LONGEST_DELAY) return { kind: "drop", reason: idle };
  // Only the end of its lifetime can be what this message is for.
  if (idle !== undefined) return whenDue(deadline, message, context, () => ({ kind: "move", head, move: "expire" }));
  if (head.pauseId !== undefined) return { kind: "hold", head };
  if (isExpired) return { kind: "move", head, move: "expire" };
  if (head.status === "joining") return { kind: "move", head, move: "join" };
  const at = Math.min(head.dueAt ?? head.readyAt, deadline);
  if (isLeftToTheSweeper(head, at, context.now)) return { kind: "drop", reason: "the due index wakes it" };
  return whenDue(at, message, context, () =>
    head.status === "waiting"
      ? { kind: "move", head, move: "time-out" }
      : runUnlessUnknown(message, head, true, context),
  );
}

/**
 * Whether the sweeper has still to come for what waits until `at`. A message that comes before that is somebody's copy: put
 * back, it would circulate until then, and so would every copy the queue makes of it.
 */
function isLeftToTheSweeper({ indexedAt = -Infinity, status }: InstanceHead, at: number, now: number): boolean {
  const waits = status === "waiting" || status === "timer";
  return waits && indexedAt <= at && indexedAt - now > LONGEST_DELAY;
}

/** Why the current message of a head has nothing to do yet; somebody else's message will come when it has. */
function idleReason(head: InstanceHead): string | undefined {
  if (head.status === "waiting" && head.dueAt === undefined) return "the wait has no end";
  if (head.status === "joining" && !isJoinComplete(head)) return "the branches have not all reported";
  return undefined;
}

/** All that can become of a message that is not the newest. */
type StaleDecision = Extract<Decision, { kind: "drop" | "keep" | "repair" }>;

/** R2 and R3: only the predecessor of the newest message still insures something. */
export function classifyStale(token: number, head: InstanceHead, context: DecisionContext): StaleDecision {
  if (token !== head.previousToken) return { kind: "drop", reason: "a later message has been issued since" };
  // A7.3: a token that a command issued is insured by the command's own message.
  if (head.appliedCommands?.at(-1)?.token === head.token)
    return { kind: "drop", reason: "a command's message insures it" };
  // At first sight its successor is usually on its way or running: sending another would run every later step twice.
  const hold = head.updatedAt + context.functionTimeout * 1_000 - context.now;
  if (context.receiveCount === 1 || hold > 0) {
    // Another clock may have written updatedAt: no hold is longer than what it waits for.
    const seconds = Math.min(context.functionTimeout, Math.max(1, Math.ceil(hold / 1_000)));
    return { kind: "keep", reason: "its successor may be running", seconds };
  }
  return { kind: "repair", head, reason: "its successor was not seen to run" };
}

function runUnlessUnknown(
  message: TokenMessage,
  head: InstanceHead,
  stored: boolean,
  context: DecisionContext,
): Decision {
  if (context.knowsStep(head.workflow, head.step)) return { kind: "run", head, stored };
  const since = context.now - Math.max(head.updatedAt, head.readyAt);
  // A branch is never blocked: nobody could resume it, and its message ends with the fan-out.
  const canBlock = parseBranchId(head.id) === undefined;
  if (canBlock && since > BLOCK_AFTER)
    return { kind: "move", head, move: "block", ...(stored ? {} : { creates: true }) };
  const reason = `this deployment has no step "${head.step}" in workflow "${head.workflow}"`;
  return { kind: "replace", outgoing: { message, delaySeconds: UNKNOWN_STEP_DELAY }, reason };
}

/** A9, A16: an early message comes back; put back for longer than one visibility timeout is done with a fresh copy. */
function whenDue(at: number, message: TokenMessage, context: DecisionContext, due: () => Decision): Decision {
  const early = at - context.now;
  if (early <= EARLY_TOLERANCE) return due();
  const seconds = Math.ceil(early / 1_000);
  const reason = "it is too early";
  if (seconds <= context.visibilityTimeout) return { kind: "keep", reason, seconds };
  return { kind: "replace", outgoing: { message, delaySeconds: Math.min(seconds, MAX_DELAY_SECONDS) }, reason };
}
