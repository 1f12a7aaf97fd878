import { EventEmitter } from "node:events";
import { decodeState, type InstanceHead, type Logger } from "@stephooks/core";
import { instanceDocument, type TransitionEvent } from "@stephooks/engine";
import type { WorkflowEventName } from "./workflow.ts";

/**
 * The listeners of one workflow. A listener that throws or rejects is logged and harms nobody; an `error` event
 * without a listener is none of Node's fatal ones.
 */
export class WorkflowEvents {
  readonly emitter = new EventEmitter();

  /** Calls every listener in order and waits for what it returns. */
  async announce(event: WorkflowEventName, argument: unknown, logger: Logger): Promise<void> {
    for (const listener of this.emitter.rawListeners(event)) {
      try {
        await listener.call(this.emitter, argument);
      } catch (error) {
        logger.log("error", "a workflow listener failed", { listensTo: event, reason: String(error) });
      }
    }
  }

  /** What a committed transition means to listeners. */
  async transition({ after, before, error }: TransitionEvent, logger: Logger): Promise<void> {
    if (error !== undefined) await this.announce("error", failure(error, before), logger);
    const place = placeOf(after);
    await this.announce("stateUpdated", place, logger);
    switch (after.status) {
      case "completed":
        return this.announce("completed", instanceDocument(after), logger);
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
}

function placeOf(head: InstanceHead) {
  return { workflowName: head.workflow, instanceId: head.id, state: decodeState(head.state) };
}

/** The error itself, with what codehooks' listeners read beside it. */
function failure(error: unknown, { id, step, workflow }: InstanceHead): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  return Object.assign(Object.create(known), { error: known, workflowName: workflow, instanceId: id, stepName: step });
}
