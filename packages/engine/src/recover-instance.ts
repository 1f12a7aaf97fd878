import { hasEnded, type InstanceHead, type Ports } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import { giveCommand } from "./give-command.ts";
import { endPause } from "./pause-instance.ts";
import { readInstance } from "./read-instance.ts";
import { stateChanges } from "./state-changes.ts";

/**
 * Runs a failed instance again from the step it failed in, with its state as stored or as edited.
 *
 * @throws EngineError `unknown-instance`, `not-failed`; StateError.
 */
export async function retryInstance(id: unknown, state: object | undefined, ports: Ports): Promise<InstanceHead> {
  const head = await readInstance(id, ports);
  const changes = state === undefined ? undefined : stateChanges(head, state);
  const done = head.status === "failed" ? await giveCommand(head, "retry", ports, changes) : undefined;
  if (done) return done;
  throw new EngineError("not-failed", `Instance ${head.id} has not failed, so there is nothing to retry.`, {
    instance: head.id,
  });
}

/**
 * Lets an instance go on that is paused, or blocked because no deployment had its step.
 *
 * @throws EngineError `unknown-instance`, `not-paused`.
 */
export async function resumeInstance(id: unknown, ports: Ports): Promise<InstanceHead> {
  const read = await readInstance(id, ports);
  const unpaused = hasEnded(read.status) ? undefined : await endPause(read, ports);
  const head = unpaused ?? read;
  const unblocked = head.status === "blocked" ? await giveCommand(head, "resume", ports) : undefined;
  const done = unblocked ?? unpaused;
  if (done) return done;
  throw new EngineError("not-paused", `Instance ${head.id} is neither paused nor blocked.`, { instance: head.id });
}
