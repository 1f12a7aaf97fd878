import { hasEnded, type InstanceHead, PortError, type Ports, randomHex } from "@stephooks/core";
import { writeTwice } from "./commit.ts";
import { EngineError } from "./engine-error.ts";
import { planPause, planUnpause } from "./plan-pause.ts";
import { readInstance } from "./read-instance.ts";

/**
 * Pauses an instance: after this settles no further step of it begins until it is resumed. A body that is running
 * ends and commits; the branches of a fan-out end, their join waits. Answers, patches and times that end meanwhile take
 * effect at the resume. Pausing twice is fine.
 *
 * @throws EngineError `unknown-instance`, `already-ended`.
 */
export async function pauseInstance(id: unknown, ports: Ports): Promise<InstanceHead> {
  const head = await readInstance(id, ports);
  const pauseId = randomHex(ports.random, 8);
  try {
    return await pause(head, pauseId, ports);
  } catch (error) {
    if (!(error instanceof PortError) || !error.mayHaveApplied) throw error;
    // Repeated blindly, it would pause again what somebody resumed since, under an id that has ended.
    const seen = await readInstance(id, ports);
    const wasApplied = seen.pauseId === pauseId || seen.endedPauses?.some((ended) => ended.id === pauseId);
    return wasApplied ? seen : pause(seen, randomHex(ports.random, 8), ports);
  }
}

async function pause(head: InstanceHead, pauseId: string, ports: Ports): Promise<InstanceHead> {
  const { condition, next, update } = planPause(head, pauseId);
  const written = await ports.instances.update(head.id, update, condition);
  if (written.ok) return next;
  const current = written.current ?? (await readInstance(head.id, ports));
  if (!hasEnded(current.status)) return current;
  throw new EngineError("already-ended", `Instance ${head.id} is ${current.status}; there is nothing to pause.`, {
    instance: head.id,
  });
}

/**
 * Ends the pause in force; undefined when there is none. The message goes first, so that the end takes effect even if
 * this process dies before the write (A15).
 */
export async function endPause(head: InstanceHead, ports: Ports): Promise<InstanceHead | undefined> {
  const { pauseId } = head;
  if (pauseId === undefined) return undefined;
  await ports.queue.send([{ message: { kind: "unpause", instance: head.id, pauseId }, delaySeconds: 0 }]);
  // Each lost round means that the message of a token was taken meanwhile, or that a worker was faster.
  for (let current: InstanceHead | undefined = head; current?.pauseId === pauseId;) {
    const { condition, next, update } = planUnpause(current, pauseId);
    const written = await writeTwice(() => ports.instances.update(head.id, update, condition));
    if (written.ok) return next;
    current = written.current;
    if (current?.endedPauses?.some(({ id }) => id === pauseId)) return current;
  }
  return undefined;
}
