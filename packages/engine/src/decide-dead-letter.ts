import { hasEnded, type InstanceHead, MAX_DELAY_SECONDS, type OutgoingMessage } from "@stephooks/core";
import { commandNeeds, isApplied, isOfAnotherStart, type TokenMessage, tokenOf } from "./classify-message.ts";
import { isJoinComplete } from "./join.ts";
import { MAX_START_MARKS } from "./start-marks.ts";
import { wakeTime } from "./watch-time.ts";

/** What becomes of a dead letter. */
export type DeadLetterDecision =
  /** Its step was begun too often without a commit: the instance fails with the reason. */
  | { readonly kind: "fail"; readonly head: InstanceHead }
  | { readonly kind: "duties"; readonly head: InstanceHead }
  | { readonly kind: "resend"; readonly outgoing: OutgoingMessage; readonly reason: string }
  | { readonly kind: "drop" }
  | { readonly kind: "stay"; readonly reason: string };

export interface DeadLetterContext {
  readonly now: number;
  knowsStep(workflow: string, step: string): boolean;
}

/** A step this deployment does not know may come back with the next one. Seconds. */
const UNKNOWN_STEP_DELAY = 60;

/**
 * A13, A17: what a dead letter means for the head that a strongly consistent read showed. Receives alone fail nobody:
 * throttling raises their count too (I23). `head` is undefined while nothing is stored; `isFirst` tells a message that
 * could create it.
 */
export function decideDeadLetter(
  message: TokenMessage,
  head: InstanceHead | undefined,
  context: DeadLetterContext,
): DeadLetterDecision {
  if (head === undefined) {
    const isFirst = message.kind === "create" || message.kind === "branch";
    return isFirst ? again(message, 0, "nothing has begun it yet") : { kind: "drop" };
  }
  if (isOfAnotherStart(message, head)) return { kind: "drop" };
  if (message.kind === "command" && !isApplied(message, head)) {
    const stands = head.seq === message.token - 1 && head.status === commandNeeds[message.command];
    return stands ? again(message, 0, "nobody has applied it yet") : { kind: "drop" };
  }
  if (message.kind === "unpause" && message.pauseId === head.pauseId && !hasEnded(head.status)) {
    return again(message, 0, "nobody has ended the pause yet");
  }
  const token = tokenOf(message, head);
  if (token > head.token) return { kind: "stay", reason: "the token is from the future: was the table restored?" };
  if (token < head.token) {
    // A7.3 holds here too: a token that a command issued is insured by the command's own message.
    const byCommand = head.appliedCommands?.at(-1)?.token === head.token;
    return token === head.previousToken && !byCommand ? { kind: "duties", head } : { kind: "drop" };
  }
  return decideCurrent(message, head, context);
}

function decideCurrent(message: TokenMessage, head: InstanceHead, context: DeadLetterContext): DeadLetterDecision {
  if (hasEnded(head.status)) return { kind: "drop" };
  switch (head.status) {
    case "blocked":
      return { kind: "drop" };
    case "joining":
      // An incomplete join is woken by its branches, whose messages insure it, or by the end of its lifetime.
      return isJoinComplete(head) ? { kind: "duties", head } : atItsTime(message, head, context);
    case "waiting":
      return atItsTime(message, head, context);
    case "timer":
      return later(message, Math.min(head.dueAt ?? head.readyAt, wakeTime(head)), context);
    case "runnable":
      if ((head.startMarks ?? 0) >= MAX_START_MARKS) return { kind: "fail", head };
      if (!context.knowsStep(head.workflow, head.step)) {
        return again(message, UNKNOWN_STEP_DELAY, "this deployment does not know its step");
      }
      return later(message, head.readyAt, context);
  }
}

/** What stands in the due index needs no message until then. */
function atItsTime(message: TokenMessage, head: InstanceHead, context: DeadLetterContext): DeadLetterDecision {
  const at = wakeTime(head);
  return at === Infinity ? { kind: "drop" } : later(message, at, context);
}

function later(message: TokenMessage, at: number, { now }: DeadLetterContext): DeadLetterDecision {
  const seconds = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil((at - now) / 1_000)));
  return again(message, seconds, "it was received too often without its step being to blame");
}

function again(message: TokenMessage, delaySeconds: number, reason: string): DeadLetterDecision {
  // Its next run is marked at the first receive: every passage through here would else cost two unmarked deaths.
  return { kind: "resend", outgoing: { message: { ...message, suspect: true }, delaySeconds }, reason };
}
