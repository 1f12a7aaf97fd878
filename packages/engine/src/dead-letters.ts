import {
  type CreateMessage,
  hasEnded,
  type HeadUpdate,
  type InstanceHead,
  MAX_DELAY_SECONDS,
  type OutgoingMessage,
  parseWorkMessage,
  type Ports,
  type ReceivedMessage,
  type WorkMessage,
} from "@stephooks/core";
import { tokenOf } from "./classify-message.ts";
import { type Definitions, knowsStep } from "./definitions.ts";
import { dutiesOf } from "./duties.ts";
import { EngineError } from "./engine-error.ts";
import { errorRecord } from "./error-record.ts";
import { initialHead } from "./initial-head.ts";

/** Empties the dead-letter queue: every message there is repaired, sent again, or ends its instance with a reason. */
export interface DeadLetterDrain {
  /** Answers the ids of the messages that must stay. Never rejects. */
  drain(batch: readonly ReceivedMessage[]): Promise<readonly string[]>;
}

export interface DeadLetterOptions {
  readonly ports: Ports;
  readonly definitions: Definitions;
}

/** A13. What a dead letter means for the head as a strongly consistent read showed it. */
export type DeadLetterDecision =
  | { readonly kind: "fail"; readonly head: InstanceHead; readonly stored: boolean }
  | { readonly kind: "duties"; readonly head: InstanceHead }
  | { readonly kind: "resend"; readonly outgoing: OutgoingMessage }
  | { readonly kind: "drop" }
  | { readonly kind: "stay"; readonly reason: string };

export interface DeadLetterContext {
  readonly now: number;
  knowsStep(workflow: string, step: string): boolean;
}

/** A step this deployment does not know may come back with the next one. Seconds. */
const UNKNOWN_STEP_DELAY = 60;

export function decideDeadLetter(
  message: WorkMessage,
  head: InstanceHead | undefined,
  context: DeadLetterContext,
): DeadLetterDecision {
  if (message.kind === "report") return { kind: "drop" };
  if (head === undefined) return message.kind === "wake" ? { kind: "drop" } : failUnstored(message, context);
  if (message.kind === "create" && message.startId !== head.startId) return { kind: "drop" };
  const token = tokenOf(message);
  if (token > head.token) return { kind: "stay", reason: "the token is from the future: was the table restored?" };
  if (token < head.token) return token === head.previousToken ? { kind: "duties", head } : { kind: "drop" };
  if (hasEnded(head.status)) return { kind: "duties", head };
  if (head.status === "blocked") return { kind: "drop" };
  const wait = Math.min(MAX_DELAY_SECONDS, Math.ceil((head.readyAt - context.now) / 1_000));
  if (head.status !== "runnable" || wait > 0) return resend(message, Math.max(0, wait));
  if (!context.knowsStep(head.workflow, head.step)) return resend(message, UNKNOWN_STEP_DELAY);
  return { kind: "fail", head, stored: true };
}

function failUnstored(message: CreateMessage, context: DeadLetterContext): DeadLetterDecision {
  if (!context.knowsStep(message.workflow, message.step)) return resend(message, UNKNOWN_STEP_DELAY);
  return { kind: "fail", head: initialHead(message), stored: false };
}

function resend(message: WorkMessage, delaySeconds: number): DeadLetterDecision {
  return { kind: "resend", outgoing: { message, delaySeconds } };
}

export function createDeadLetterDrain(options: DeadLetterOptions): DeadLetterDrain {
  return {
    drain: async (batch) => {
      const stays = await Promise.all(
        batch.map(async (received) => ((await drainOne(received, options)) ? [] : [received.id])),
      );
      return stays.flat();
    },
  };
}

/** True when the message may be deleted. */
async function drainOne(received: ReceivedMessage, options: DeadLetterOptions): Promise<boolean> {
  const { logger } = options.ports;
  const parsed = parseWorkMessage(received.body);
  if (!parsed.ok) return needsHuman(received, parsed.reason, options);
  const { message } = parsed;
  try {
    let head = (await options.ports.instances.read([message.instance])).get(message.instance);
    for (;;) {
      const decision = decideDeadLetter(message, head, decisionContext(options));
      const outcome = await act(decision, received, options);
      if (outcome !== "decide-again") return outcome === "delete";
      head = (await options.ports.instances.read([message.instance])).get(message.instance);
    }
  } catch (error) {
    logger.log("error", "dead letter kept after a failure", { instance: message.instance, reason: String(error) });
    return false;
  }
}

function decisionContext({ definitions, ports }: DeadLetterOptions): DeadLetterContext {
  return {
    now: ports.clock.now(),
    knowsStep: (workflow, step) => knowsStep(definitions, workflow, step),
  };
}

async function act(
  decision: DeadLetterDecision,
  received: ReceivedMessage,
  options: DeadLetterOptions,
): Promise<"delete" | "stay" | "decide-again"> {
  const { ports } = options;
  switch (decision.kind) {
    case "drop":
      return "delete";
    case "stay":
      needsHuman(received, decision.reason, options);
      return "stay";
    case "resend":
      await ports.queue.send([decision.outgoing]);
      return "delete";
    case "duties":
      await sendDuties(decision.head, ports);
      return "delete";
    case "fail": {
      const failed = await fail(decision.head, decision.stored, ports);
      // The head moved between the read and the write: what was current may be a predecessor now, which must not go.
      if (failed === undefined) return "decide-again";
      await sendDuties(failed, ports);
      return "delete";
    }
  }
}

/** It stays in the dead-letter queue, for 14 days, and is reported each time its visibility timeout ends. */
function needsHuman(received: ReceivedMessage, reason: string, { ports }: DeadLetterOptions): false {
  ports.logger.log("error", "dead letter that needs a human", { message: received.id, reason });
  return false;
}

async function sendDuties(head: InstanceHead, ports: Ports): Promise<void> {
  const duties = dutiesOf(head, ports.clock.now());
  if (duties.length > 0) await ports.queue.send(duties);
}

/** Ends the instance unless it moved; undefined when it did. */
async function fail(head: InstanceHead, stored: boolean, ports: Ports): Promise<InstanceHead | undefined> {
  const now = ports.clock.now();
  const error = new EngineError(
    "dead-letter",
    `The message of step "${head.step}" was received too often without a commit: the process died or timed out each time. Look for what the step does to its process, then start again.`,
  );
  const update: HeadUpdate = {
    set: {
      status: "failed",
      updatedAt: now,
      error: errorRecord(error, { step: head.step, attempt: head.attempt, at: now }),
    },
  };
  const failed: InstanceHead = { ...head, ...update.set };
  const written = stored
    ? await ports.instances.update(head.id, update, { seq: head.seq, token: head.token, statusIn: ["runnable"] })
    : await ports.instances.create(failed);
  ports.logger.log("error", "instance failed by its dead letter", {
    instance: head.id,
    step: head.step,
    applied: written.ok,
  });
  return written.ok ? failed : undefined;
}
