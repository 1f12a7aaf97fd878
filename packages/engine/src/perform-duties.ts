import { type InstanceHead, parseBranchId, type Ports, type ReceivedMessage } from "@stephooks/core";
import { dutiesOf } from "./duties.ts";
import { giveCommand } from "./give-command.ts";
import type { Fate } from "./work-context.ts";

/** A caught failure to send is tried again after this, not after a whole visibility timeout. Seconds. */
const RETRY_SOON = 2;

/** The message may go only after everything its commit owes was accepted (the insurance rule). */
export async function performDuties(head: InstanceHead, received: ReceivedMessage, ports: Ports): Promise<Fate> {
  try {
    await sendDuties(head, ports);
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

/** Sends what the newest commit of the head owes. @throws PortError. */
export async function sendDuties(head: InstanceHead, ports: Ports): Promise<void> {
  if (head.status === "waiting" && (await missedAnswer(head, ports))) {
    await giveCommand(head, "continue", ports);
    return;
  }
  const duties = dutiesOf(head, ports.clock.now());
  if (duties.length > 0) await ports.queue.send(duties);
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
