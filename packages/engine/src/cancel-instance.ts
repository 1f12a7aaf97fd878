import { hasEnded, type HeadStatus, type InstanceHead, isInstanceId, type Ports } from "@stephooks/core";
import { dutiesOf } from "./duties.ts";
import { EngineError } from "./engine-error.ts";
import { readInstance } from "./read-instance.ts";

const cancellable: readonly HeadStatus[] = ["runnable", "waiting", "timer", "joining", "blocked"];

/**
 * Cancels an instance: after this settles no transition commits. A body that is running finishes its side effects;
 * its transition is dropped. Cancelling twice is not an error.
 *
 * @throws EngineError `unknown-instance`, or `already-ended` for a completed or failed instance.
 */
export async function cancelInstance(id: string | undefined, ports: Ports): Promise<InstanceHead> {
  if (!isInstanceId(id)) return readInstance(id, ports);
  const update = { set: { status: "cancelled", updatedAt: ports.clock.now() } } as const;
  const written = await ports.instances.update(id, update, { statusIn: cancellable });
  const head = written.ok ? await readInstance(id, ports) : written.current;
  if (head === undefined) {
    await readInstance(id, ports);
    // Its put arrived after our write.
    return cancelInstance(id, ports);
  }
  if (written.ok) {
    const duties = dutiesOf(head, ports.clock.now());
    if (duties.length > 0) await ports.queue.send(duties);
  } else if (hasEnded(head.status) && head.status !== "cancelled") {
    throw new EngineError("already-ended", `Instance ${id} is ${head.status} and cannot be cancelled.`, {
      instance: id,
    });
  }
  return head;
}
