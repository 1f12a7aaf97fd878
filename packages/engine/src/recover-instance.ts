import { hasEnded, type InstanceHead, type Ports } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import { giveCommand } from "./give-command.ts";
import { endPause } from "./pause-instance.ts";
import { readInstance } from "./read-instance.ts";
import { stateChanges } from "./state-changes.ts";

/** A step to go on from instead of the one that failed. */
export interface RetryFrom {
  readonly step: string;
  /** The steps of a workflow; none for one that is not known. */
  stepsOf(workflow: string): readonly string[];
}

/**
 * Runs a failed instance again, from the step it failed in or a chosen one, with its state as stored or as edited.
 *
 * @throws EngineError `unknown-instance`, `not-failed`, `unknown-step`; StateError.
 */
export async function retryInstance(
  id: unknown,
  state: object | undefined,
  ports: Ports,
  from?: RetryFrom,
): Promise<InstanceHead> {
  const head = await readInstance(id, ports);
  const changes = state === undefined ? {} : { changes: stateChanges(head, state) };
  if (head.status === "failed") {
    const step = from === undefined ? {} : { step: knownStep(head, from) };
    const done = await giveCommand(head, "retry", ports, { ...changes, ...step });
    if (done) return done;
  }
  throw new EngineError("not-failed", `Instance ${head.id} has not failed, so there is nothing to retry.`, {
    instance: head.id,
  });
}

function knownStep({ id, workflow }: InstanceHead, { step, stepsOf }: RetryFrom): string {
  const steps = stepsOf(workflow);
  if (steps.includes(step)) return step;
  const known = steps.length === 0 ? "That workflow is not known here" : `Its steps are ${steps.join(", ")}`;
  throw new EngineError("unknown-step", `Workflow "${workflow}" has no step "${step}". ${known}.`, {
    workflow,
    step,
    instance: id,
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
