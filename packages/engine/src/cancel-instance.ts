import { expiryOf, type HeadUpdate, type InstanceHead, type Ports } from "@stephooks/core";
import { writeTwice } from "./commit.ts";
import { EngineError } from "./engine-error.ts";
import { liveStatuses } from "./plan-pause.ts";
import { readInstance } from "./read-instance.ts";
import { untilTheEnd } from "./transition.ts";

/**
 * Cancels an instance: after this settles no transition commits. A body that is running finishes its side effects;
 * its transition is dropped. Cancelling twice is not an error.
 *
 * @throws EngineError `unknown-instance`, or `already-ended` for a completed or failed instance.
 */
export async function cancelInstance(id: string | undefined, ports: Ports): Promise<InstanceHead> {
  const found = await readInstance(id, ports);
  const { createdAt, id: known, workflow } = found;
  const now = ports.clock.now();
  const update: HeadUpdate = {
    set: { status: "cancelled", updatedAt: now, ...expiryOf(found, now) },
    clear: ["dueAt", ...untilTheEnd],
    listed: { workflow, group: "cancelled", createdAt },
  };
  const written = await writeTwice(() => ports.instances.update(known, update, { statusIn: liveStatuses }));
  const head = (written.ok ? undefined : written.current) ?? (await readInstance(known, ports));
  if (head.status !== "cancelled") {
    throw new EngineError("already-ended", `Instance ${known} is ${head.status} and cannot be cancelled.`, {
      instance: known,
    });
  }
  return head;
}
