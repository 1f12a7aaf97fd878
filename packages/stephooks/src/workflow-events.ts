import { EventEmitter } from "node:events";
import {
  decodeState,
  type ErrorRecord,
  type InstanceHead,
  jsonLogger,
  type Logger,
  parseBranchId,
} from "@stephooks/core";
import { instanceDocument, type StepFunction, type TransitionEvent } from "@stephooks/engine";
import { failureRecord, stackOf } from "./jobs/attempts.ts";
import type { WorkflowEventData, WorkflowEventName } from "./workflow-event-data.ts";

/** What the engine knows of an event; the types of users' states are theirs. */
type Data<Name extends WorkflowEventName> = WorkflowEventData<unknown>[Name];

/**
 * The listeners of one workflow. A listener that throws or rejects is logged and harms nobody; an `error` event
 * without a listener is none of Node's fatal ones.
 */
export class WorkflowEvents {
  readonly emitter = new EventEmitter();

  /** Calls every listener in order and waits for what it returns. */
  async announce<Name extends WorkflowEventName>(event: Name, data: Data<Name>, logger: Logger): Promise<void> {
    for (const listener of this.emitter.rawListeners(event)) {
      try {
        await listener.call(this.emitter, data);
      } catch (error) {
        const facts = { listensTo: event, ...failureRecord(error), stack: stackOf(error) };
        logger.log("error", "a workflow listener failed", facts);
      }
    }
  }

  /** Heard by the listeners that the code which creates the workflow adds right after that. There is no host yet. */
  created(name: string, description: string): void {
    queueMicrotask(() => void this.announce("workflowCreated", { name, description }, jsonLogger()));
  }

  /** A step's body behind the listeners of its start. They take part of the step's time. */
  aroundStep(run: StepFunction): StepFunction {
    return (state, goto, wait, context) => {
      if (this.emitter.listenerCount("stepStarted") === 0) return run(state, goto, wait, context);
      return this.#startStep(run, [state, goto, wait, context]);
    };
  }

  async #startStep(run: StepFunction, given: Parameters<StepFunction>): Promise<unknown> {
    const [state, , , context] = given;
    const { attempt, instanceId, log, signal, step, workflow } = context;
    // A copy: listeners change nothing.
    const copy = { ...structuredClone(state), _id: instanceId, instanceId };
    const data = { workflowName: workflow, instanceId, step, stepName: step, attempt, state: copy };
    await this.announce("stepStarted", data, log);
    return signal.aborted ? undefined : run(...given);
  }

  /** What a committed transition means to listeners. */
  async transition(event: TransitionEvent, logger: Logger): Promise<void> {
    if (this.emitter.eventNames().length === 0) return undefined;
    const { after, branch } = event;
    const failed = failure(event);
    if (failed !== undefined) await this.announce("error", failed, logger);
    // What a branch has changed is nobody's state before the join.
    if (branch !== undefined) return undefined;
    const place = stateOf(after);
    await this.announce("stateUpdated", place, logger);
    switch (after.status) {
      case "completed":
        return this.announce("completed", { ...instanceDocument(after), instanceId: after.id }, logger);
      case "runnable":
      case "timer":
        return this.announce("stepEnqueued", { ...place, step: after.step, stepName: after.step }, logger);
      case "joining":
        return this.announce("stepEnqueued", { ...place, step: after.join?.steps ?? [] }, logger);
      case "waiting":
      case "blocked":
      case "failed":
      case "cancelled":
        return undefined;
    }
  }

  /** An `updateState` was stored, and resumed what waited, or not. */
  async patched(head: InstanceHead, given: unknown, resumed: boolean, logger: Logger): Promise<void> {
    const place = { workflowName: head.workflow, instanceId: head.id };
    await this.announce("stepsStateUpdating", { ...place, name: head.workflow, state: given }, logger);
    await this.announce("stateUpdated", stateOf(head), logger);
    if (resumed) await this.continued(head, logger);
  }

  continued({ id, step, workflow }: InstanceHead, logger: Logger): Promise<void> {
    const data = { name: workflow, workflowName: workflow, instanceId: id, step, stepName: step };
    return this.announce("workflowContinued", data, logger);
  }
}

function stateOf(head: InstanceHead): Data<"stateUpdated"> {
  return { workflowName: head.workflow, instanceId: head.id, state: decodeState(head.state) };
}

/** What the transition failed with: the error itself, with what codehooks' listeners read beside it. */
function failure(event: TransitionEvent): Data<"error"> | undefined {
  const { after, before } = event;
  // Where no body threw, the head says why: a lifetime, a join, a dead letter.
  const recorded = after.error === before.error ? undefined : after.error;
  if (!("error" in event) && recorded === undefined) return undefined;
  const error = thrownError(event.error, recorded);
  const instanceId = parseBranchId(before.id)?.instance ?? before.id;
  const place = { error, workflowName: before.workflow, instanceId, stepName: recorded?.step ?? before.step };
  const shown: Error = Object.create(error);
  return Object.assign(shown, place);
}

/** What was thrown when that is an error, else one with the message that was recorded. */
function thrownError(thrown: unknown, recorded: ErrorRecord | undefined): Error {
  try {
    if (thrown instanceof Error) return thrown;
    if (recorded === undefined) return new Error(String(thrown));
    const { code, message, name } = recorded;
    return Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });
  } catch {
    // A Proxy, say, that does not even let itself be looked at.
    return new Error("Something was thrown that cannot be shown.");
  }
}
