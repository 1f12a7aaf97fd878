import { type Clock, type InstanceHead, type Logger, StateError } from "@stephooks/core";
import { EngineError, type EngineErrorCode } from "./engine-error.ts";
import { instanceDocument } from "./instance-document.ts";
import { noChanges, stateChanges } from "./state-changes.ts";
import type { Goto, StepContext } from "./step-function.ts";
import type { StepOutcome, StepResult } from "./step-outcome.ts";
import type { StepDefinition, WorkflowDefinition } from "./workflow-definition.ts";

export interface StepRun {
  readonly head: InstanceHead;
  readonly workflow: WorkflowDefinition;
  readonly step: StepDefinition;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Runs one step body and reports what it asked for. Never rejects: whatever the body does becomes an outcome.
 * A throw after goto drops the transition that goto asked for.
 */
export async function runStep(run: StepRun): Promise<StepResult> {
  const startedAt = run.clock.now();
  const request = transitionRequest(run);
  const timeout = stepTimeout(run, startedAt);
  try {
    const document = { ...instanceDocument(run.head), instanceId: run.head.id };
    const body = (async () => run.step.run(document, request.goto, wait, timeout.context))();
    await Promise.race([body, timeout.expired]);
    return { outcome: request.settle(), startedAt, duration: run.clock.now() - startedAt };
  } catch (error) {
    request.close();
    return { outcome: failed(error), startedAt, duration: run.clock.now() - startedAt };
  } finally {
    timeout.cancel();
  }
}

interface TransitionRequest {
  readonly goto: Goto;
  /** The outcome once the body has settled; later calls of goto are refused. */
  settle(): StepOutcome;
  close(): void;
}

function transitionRequest({ head, workflow, logger }: StepRun): TransitionRequest {
  let asked: StepOutcome | undefined;
  let violation: EngineError | undefined;
  let open = true;
  const place = { workflow: head.workflow, step: head.step, instance: head.id };
  const goto: Goto = (next, state) => {
    if (!open) return lateGoto(place, logger);
    if (asked) {
      violation = new EngineError(
        "second-goto",
        `Step "${head.step}" called goto a second time in one attempt. Call it once, as the last thing the step does.`,
        place,
      );
      throw violation;
    }
    const changes = state === undefined ? noChanges : stateChanges(head, state);
    asked = next === null ? { kind: "end", changes } : { kind: "goto", next: knownStep(next, workflow, place), changes };
    return Promise.resolve();
  };
  return {
    goto,
    close: () => {
      open = false;
    },
    settle: () => {
      open = false;
      return violation ? failed(violation) : (asked ?? failed(noGoto(place)));
    },
  };
}

type Place = { readonly workflow: string; readonly step: string; readonly instance: string };

function knownStep(next: unknown, workflow: WorkflowDefinition, place: Place): string {
  if (typeof next !== "string" || next === "null") {
    throw new EngineError(
      "invalid-goto",
      `Invalid nextStep value: ${Array.isArray(next) ? "an array" : String(next)}. goto takes the name of a step, or null to complete.`,
      place,
    );
  }
  if (workflow.steps.has(next)) return next;
  const names = [...workflow.steps.keys()].join(", ");
  throw new EngineError("unknown-step", `Workflow "${workflow.name}" has no step "${next}". Its steps are: ${names}.`, place);
}

function noGoto(place: Place): EngineError {
  return new EngineError(
    "no-goto",
    `Step "${place.step}" returned without goto. Call goto(next, state), or goto(null, state) to complete; await what leads to it.`,
    place,
  );
}

/** The body has settled, so nobody may be awaiting this promise: it is marked handled, lest it end the process. */
function lateGoto(place: Place, logger: Logger): Promise<never> {
  const error = new EngineError(
    "late-goto",
    `Step "${place.step}" called goto after it had returned; the call is ignored. Await the work that leads to goto.`,
    place,
  );
  logger.log("error", "late goto ignored", { ...place, code: error.code });
  const rejected = Promise.reject(error);
  rejected.catch(() => {});
  return rejected;
}

const wait = (): never => {
  throw new EngineError("wait-unavailable", "This version of stephooks has no wait yet. End the step with goto.");
};

/** Mistakes in the step's code: the next attempt would make them again. */
const programmingErrors: readonly string[] = [
  "unknown-step",
  "invalid-goto",
  "second-goto",
  "late-goto",
  "no-goto",
  "wait-unavailable",
] satisfies readonly EngineErrorCode[];

/** Programming errors fail at once; whatever else was thrown may pass next time. */
function failed(error: unknown): StepOutcome {
  const mistake = error instanceof StateError || (error instanceof EngineError && programmingErrors.includes(error.code));
  return { kind: "error", error, retryable: !mistake };
}

interface StepTimeout {
  readonly context: StepContext;
  /** Rejects with `step-timeout`. */
  readonly expired: Promise<never>;
  cancel(): void;
}

function stepTimeout({ head, step, clock, logger }: StepRun, startedAt: number): StepTimeout {
  const controller = new AbortController();
  const expiry = Promise.withResolvers<never>();
  const cancel = clock.timer(step.timeout, () => {
    const error = new EngineError(
      "step-timeout",
      `Step "${head.step}" did not settle within ${step.timeout} ms. Make it faster, split it, or raise its timeout.`,
      { workflow: head.workflow, step: head.step, instance: head.id },
    );
    controller.abort(error);
    expiry.reject(error);
  });
  const context: StepContext = {
    instanceId: head.id,
    workflow: head.workflow,
    step: head.step,
    attempt: head.attempt,
    idempotencyKey: `${head.id}/${head.visit}`,
    signal: controller.signal,
    remainingTime: () => Math.max(0, startedAt + step.timeout - clock.now()),
    log: logger,
  };
  return { context, expired: expiry.promise, cancel };
}
