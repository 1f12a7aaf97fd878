import {
  branchId,
  type InstanceHead,
  parseWorkMessage,
  type Ports,
  randomHex,
  type ReceivedMessage,
} from "@stephooks/core";
import { branchGate, branchOf, ownRecord } from "./branch.ts";
import type { TokenMessage } from "./classify-message.ts";
import { type DeadLetterDecision, decideDeadLetter } from "./decide-dead-letter.ts";
import { type Definitions, knowsStep } from "./definitions.ts";
import { EngineError } from "./engine-error.ts";
import { errorRecord } from "./error-record.ts";
import { entryAt, spillHistory } from "./history-ring.ts";
import { isJoinComplete } from "./join.ts";
import { giveUp } from "./moves.ts";
import { sendDuties } from "./perform-duties.ts";
import { noWorkflow } from "./plan-command.ts";
import { planMove } from "./transition.ts";
import type { TransitionListener } from "./transition-event.ts";

/** Empties the dead-letter queue: every message there is repaired, sent again, or ends its instance with a reason. */
export interface DeadLetterDrain {
  /** Answers the ids of the messages that must stay. Never rejects. */
  drain(batch: readonly ReceivedMessage[]): Promise<readonly string[]>;
}

export interface DeadLetterOptions {
  readonly ports: Ports;
  readonly definitions: Definitions;
  readonly listener?: TransitionListener;
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
  const { ports } = options;
  const parsed = parseWorkMessage(received.body);
  if (!parsed.ok) return needsHuman(received, parsed.reason, ports);
  const { message } = parsed;
  try {
    for (;;) {
      const decision = await decide(message, options);
      const outcome = await act(decision, received, message, options);
      // The head moved between the read and the write: what was current may be a predecessor now, which must not go.
      if (outcome !== "decide-again") return outcome === "delete";
    }
  } catch (error) {
    ports.logger.log("error", "dead letter kept after a failure", {
      instance: message.instance,
      reason: String(error),
    });
    return false;
  }
}

async function decide(message: TokenMessage, { definitions, ports }: DeadLetterOptions): Promise<DeadLetterDecision> {
  const ref = branchOf(message);
  const id = ref ? branchId(ref) : message.instance;
  const heads = await ports.instances.read(ref ? [ref.instance, id] : [id]);
  const parent = ref && heads.get(ref.instance);
  const gate = ref && branchGate(parent, ref);
  if (gate) return gate.kind === "repair" ? { kind: "duties", head: gate.head } : { kind: "drop" };
  const context = {
    now: ports.clock.now(),
    knowsStep: (workflow: string, step: string) => knowsStep(definitions, workflow, step),
  };
  return decideDeadLetter(message, ownRecord(heads.get(id), parent), context);
}

async function act(
  decision: DeadLetterDecision,
  received: ReceivedMessage,
  message: TokenMessage,
  options: DeadLetterOptions,
): Promise<"delete" | "stay" | "decide-again"> {
  const { ports } = options;
  switch (decision.kind) {
    case "drop":
      ports.logger.log("debug", "dead letter dropped", { instance: message.instance });
      return "delete";
    case "stay":
      needsHuman(received, decision.reason, ports);
      return "stay";
    case "resend":
      ports.logger.log("error", "dead letter sent again", { instance: message.instance, reason: decision.reason });
      await ports.queue.send([decision.outgoing]);
      return "delete";
    case "duties":
      await sendDuties(decision.head, ports);
      return "delete";
    case "fail":
      return (await fail(decision.head, message, options)) ? "delete" : "decide-again";
  }
}

/**
 * It stays in the dead-letter queue and is reported each time its visibility timeout ends, until the queue's retention is
 * over. On a standard queue that counts from when the message was first sent, not from when it became a dead letter (AWS
 * documentation, "Using dead-letter queues in Amazon SQS"), so less is left than the retention says.
 */
function needsHuman(received: ReceivedMessage, reason: string, { logger }: Ports): false {
  logger.log("error", "dead letter that needs a human", { message: received.id, reason });
  return false;
}

/** The step has failed for good, in the instance or in a branch of it, unless that moved. False when it did. */
async function fail(
  head: InstanceHead,
  message: TokenMessage,
  { definitions, listener, ports }: DeadLetterOptions,
): Promise<boolean> {
  const now = ports.clock.now();
  const reason = new EngineError(
    "dead-letter",
    `The message of step "${head.step}" was received too often without a commit: the process died or timed out each time. Look for what the step does to its process, then retry the instance.`,
  );
  ports.logger.log("error", "failed by its dead letter", { instance: head.id, step: head.step });
  const ref = branchOf(message);
  if (ref) {
    const error = errorRecord(reason, { step: head.step, attempt: head.attempt, at: now });
    const result = { branch: ref.branch, value: { kind: "failed", error } } as const;
    const condition = { seq: ref.seq, statusIn: ["joining"], openBranch: ref.branch } as const;
    const written = await ports.instances.update(ref.instance, { set: {}, result }, condition);
    if (written.ok && written.stored) {
      await listener?.({ before: head, after: written.stored, branch: ref, error: reason });
    }
    // Of a join that is not complete yet the open branches are duties, too, but they have their messages.
    if (written.ok && written.stored && isJoinComplete(written.stored)) await sendDuties(written.stored, ports);
    return written.ok;
  }
  const workflow = definitions.get(head.workflow) ?? noWorkflow;
  const input = { head, workflow, now, transactionId: randomHex(ports.random, 8), chance: 0 };
  const move = giveUp(input, reason, head.step, workflow.onError);
  const { condition, next, update } = planMove(input, move, entryAt(head, "fail", now));
  await spillHistory(head, ports);
  const written = await ports.instances.update(head.id, update, condition);
  if (written.ok) {
    await listener?.({ before: head, after: next, error: reason });
    await sendDuties(next, ports);
  }
  return written.ok;
}
