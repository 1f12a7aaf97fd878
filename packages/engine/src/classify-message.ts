import {
  type CreateMessage,
  hasEnded,
  type InstanceHead,
  MAX_DELAY_SECONDS,
  type WakeMessage,
  type WorkMessage,
} from "@stephooks/core";
import type { Decision, DecisionContext } from "./decision.ts";
import { initialHead } from "./initial-head.ts";

/** Messages that carry a token. */
export type TokenMessage = WakeMessage | CreateMessage;

/** A create message insures token 0, which the initial head carries. */
export function tokenOf(message: TokenMessage): number {
  return message.kind === "create" ? 0 : message.token;
}

/** A deployment that does not know a step may be about to be replaced by one that does. Seconds. */
const UNKNOWN_STEP_DELAY = 60;

/** A wake may run this much early: SQS delays are whole seconds. Milliseconds. */
const EARLY_TOLERANCE = 1_000;

/**
 * R1-R3, R7, A4, A16: what a message means for the head a strongly consistent read showed.
 */
export function classifyMessage(
  message: WorkMessage,
  head: InstanceHead | undefined,
  context: DecisionContext,
): Decision {
  if (message.kind === "report") {
    // Only a joining head counts reports, and no head joins in this version.
    return { kind: "drop", reason: "the parent does not wait for this report" };
  }
  if (head === undefined) {
    if (message.kind === "wake") return { kind: "drop", reason: "no such instance" };
    // R7: the start's own put has not happened (its caller died, or is slower than we are).
    return runUnlessUnknown(message, initialHead(message), false, context);
  }
  if (message.kind === "create" && message.startId !== head.startId) {
    return { kind: "drop", reason: "the id belongs to another start" };
  }
  const token = tokenOf(message);
  if (token > head.token) return { kind: "keep", reason: "the token is from the future: was the table restored?" };
  if (token < head.token) return classifyStale(token, head, context);
  return classifyCurrent(message, head, context);
}

function classifyCurrent(message: TokenMessage, head: InstanceHead, context: DecisionContext): Decision {
  // A4: whoever ended the instance without a new token may have died before its duties.
  if (hasEnded(head.status)) return { kind: "repair", head, reason: "the instance has ended" };
  if (head.status !== "runnable") return { kind: "keep", reason: `the instance is ${head.status}` };
  const early = head.readyAt - context.now;
  if (early > EARLY_TOLERANCE) return comeBackIn(Math.ceil(early / 1_000), message, context);
  return runUnlessUnknown(message, head, true, context);
}

/** R2 and R3: only the predecessor of the newest message still insures something. */
export function classifyStale(token: number, head: InstanceHead, context: DecisionContext): Decision {
  if (token !== head.previousToken) return { kind: "drop", reason: "a later message has been issued since" };
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
  const reason = `this deployment has no step "${head.step}" in workflow "${head.workflow}"`;
  return { kind: "replace", outgoing: { message, delaySeconds: UNKNOWN_STEP_DELAY }, reason };
}

/** A16: put back for longer than one visibility timeout is done with a fresh copy. */
function comeBackIn(seconds: number, message: TokenMessage, context: DecisionContext): Decision {
  const reason = "it is too early";
  if (seconds <= context.visibilityTimeout) return { kind: "keep", reason, seconds };
  return { kind: "replace", outgoing: { message, delaySeconds: Math.min(seconds, MAX_DELAY_SECONDS) }, reason };
}
