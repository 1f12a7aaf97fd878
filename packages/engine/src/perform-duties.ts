import { type InstanceHead, parseBranchId, type Ports, type ReceivedMessage, randomHex } from "@stephooks/core";
import { writeTwice } from "./commit.ts";
import { dutiesOf } from "./duties.ts";
import { wakeUp } from "./moves.ts";
import { noWorkflow } from "./plan-command.ts";
import { noChanges } from "./state-changes.ts";
import { planMove } from "./transition.ts";
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
  const current = head.status === "waiting" ? await wokenBranch(head, ports) : head;
  const duties = dutiesOf(current, ports.clock.now());
  if (duties.length > 0) await ports.queue.send(duties);
}

/**
 * R8 for branches: a patch of the instance and the branch's wait are writes of two items, so the wait looks again
 * after its commit. A patch that came in between wakes the branch; one that comes later finds the branch waiting.
 *
 * The token stays, as in an inline chain: the message in hand must remain the predecessor until the wake is sent.
 */
async function wokenBranch(record: InstanceHead, ports: Ports): Promise<InstanceHead> {
  const ref = parseBranchId(record.id);
  if (ref === undefined) return record;
  const parent = (await ports.instances.read([ref.instance])).get(ref.instance);
  if (parent === undefined || parent.patchVersion <= record.patchVersion) return record;
  const { patchVersion } = parent;
  const input = { head: record, now: ports.clock.now(), transactionId: randomHex(ports.random, 8) };
  const full = { ...input, workflow: noWorkflow, chance: 0, inline: true };
  const move = wakeUp(full, noChanges);
  const { condition, next, update } = planMove(full, { ...move, set: { ...move.set, patchVersion } });
  const written = await writeTwice(() => ports.instances.update(record.id, update, condition));
  // Whoever else moved it insures what it moved to: a wake of ours would run that step a second time.
  const isOurs = written.ok || written.current?.transactionId === next.transactionId;
  return isOurs ? next : record;
}
