import {
  type InstanceHead,
  type OutgoingMessage,
  parseBranchId,
  type Ports,
  type ReceivedMessage,
} from "@stephooks/core";
import { dutiesOf } from "./duties.ts";
import { giveCommand } from "./give-command.ts";
import type { Fate } from "./work-context.ts";

/** A caught failure to send is tried again after this, not after a whole visibility timeout. Seconds. */
const RETRY_SOON = 2;

/** The message may go only after everything its commit owes was accepted (the insurance rule). */
export async function performDuties(
  head: InstanceHead,
  received: ReceivedMessage,
  ports: Ports,
  suspect = false,
): Promise<Fate> {
  try {
    await sendDuties(head, ports, suspect);
    return "done";
  } catch (error) {
    ports.logger.log("warn", "send failed after a commit", {
      instance: head.id,
      seq: head.seq,
      reason: String(error),
    });
    await ports.queue.postpone(received.receipt, RETRY_SOON);
    return "keep";
  }
}

/**
 * Sends what the newest commit of the head owes. What a suspect sends is suspect: its own process may die of the step it
 * wakes, and each copy would begin unmarked (A17).
 *
 * @throws PortError.
 */
export async function sendDuties(head: InstanceHead, ports: Ports, suspect = false): Promise<void> {
  if (head.status === "waiting" && (await missedAnswer(head, ports))) {
    await giveCommand(head, "continue", ports);
    return;
  }
  const duties = dutiesOf(head, ports.clock.now());
  if (duties.length > 0) await ports.queue.send(suspect ? duties.map(asSuspect) : duties);
}

function asSuspect({ delaySeconds, message }: OutgoingMessage): OutgoingMessage {
  return { message: { ...message, suspect: true }, delaySeconds };
}

/**
 * R8 for branches: a patch of the instance and the branch's wait are writes of two items, so the wait looks again
 * after its commit. A patch that came in between answers the branch; one that comes later finds the branch waiting.
 *
 * The answer is a command like any caller's: the message in hand may be a copy of one that was deleted, and then it
 * insures nothing.
 */
async function missedAnswer(record: InstanceHead, ports: Ports): Promise<boolean> {
  const ref = parseBranchId(record.id);
  if (ref === undefined) return false;
  const heads = await ports.instances.read([ref.instance, record.id]);
  const parent = heads.get(ref.instance);
  // Whoever moved the record in the meantime insures what it moved to.
  const stillWaits = heads.get(record.id)?.seq === record.seq;
  return stillWaits && parent !== undefined && parent.patchVersion > record.patchVersion;
}
