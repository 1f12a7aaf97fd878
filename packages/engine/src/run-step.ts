import { type Clock, type InstanceHead, isRecord, type Logger, StateError } from "@stephooks/core";
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
  const settled = (outcome: StepOutcome): StepResult => ({ outcome, startedAt, duration: run.clock.now() - startedAt });
  try {
    const document = { ...instanceDocument(run.head), instanceId: run.head.id };
    const body = (async () => run.step.run(document, request.goto, wait, timeout.context))();
    await Promise.race([body, timeout.expired]);
    return settled(request.settle());
  } catch (error) {
    return settled(request.fail(error));
  } finally {
    timeout.cancel();
  }
}

interface TransitionRequest {
  readonly goto: Goto;
  /** The outcome of a body that returned. From here on calls of goto are too late. */
  settle(): StepOutcome;
  /** The outcome of a body that threw or ran out of time; likewise. */
  fail(error: unknown): StepOutcome;
}

/**
 * A second and a late goto are reported, not thrown: the usual cause is work that nobody awaits, and there a rejection
 * would end the process with everything else it runs.
 */
function transitionRequest({ head, workflow, logger }: StepRun): TransitionRequest {
  let asked: StepOutcome | undefined;
  let violation: EngineError | undefined;
  let open = true;
  const place = { workflow: head.workflow, step: head.step, instance: head.id };
  const ask = (next: unknown, state: object | undefined): void => {
    if (!open) {
      logger.log("error", "late goto ignored: await the work that leads to it", {
        ...place,
        code: "late-goto" satisfies EngineErrorCode,
      });
    } else if (asked) {
      violation = secondGoto(place);
    } else {
      const changes = state === undefined ? noChanges : stateChanges(head, state);
      asked =
        next === null ? { kind: "end", changes } : { kind: "goto", next: knownStep(next, workflow, place), changes };
    }
  };
  const close = (outcome: StepOutcome): StepOutcome => {
    open = false;
    return violation ? failed(violation) : outcome;
  };
  return {
    // Not an async function: a mistake must reach a body that does not await goto, too.
    goto: (next, state) => {
      ask(next, state);
      return Promise.resolve();
    },
    settle: () => close(asked ?? failed(noGoto(place))),
    fail: (error) => close(failed(error)),
  };
}

type Place = { readonly workflow: string; readonly step: string; readonly instance: string };

function knownStep(next: unknown, workflow: WorkflowDefinition, place: Place): string {
  if (typeof next !== "string" || next === "null") {
    throw new EngineError(
      "invalid-goto",
      `Invalid nextStep value: ${describe(next)}. goto takes the name of a step, or null to complete.`,
      place,
    );
  }
  if (workflow.steps.has(next)) return next;
  const names = [...workflow.steps.keys()].join(", ");
  throw new EngineError(
    "unknown-step",
    `Workflow "${workflow.name}" has no step "${next}". Its steps are: ${names}.`,
    place,
  );
}

function describe(next: unknown): string {
  if (Array.isArray(next)) return "an array";
  return isRecord(next) || typeof next === "function" ? `a value of type ${typeof next}` : String(next);
}

function secondGoto(place: Place): EngineError {
  return new EngineError(
    "second-goto",
    `Step "${place.step}" called goto a second time in one attempt. Call it once, as the last thing the step does.`,
    place,
  );
}

function noGoto(place: Place): EngineError {
  return new EngineError(
    "no-goto",
    `Step "${place.step}" returned without goto. Call goto(next, state), or goto(null, state) to complete; await what leads to it.`,
    place,
  );
}

const wait = (): never => {
  throw new EngineError("wait-unavailable", "This version of stephooks has no wait yet. End the step with goto.");
};

/** Mistakes in the step's code: the next attempt would make them again. */
const programmingErrors: readonly string[] = [
  "unknown-step",
  "invalid-goto",
  "second-goto",
  "no-goto",
  "wait-unavailable",
] satisfies readonly EngineErrorCode[];

/** Programming errors fail at once; whatever else was thrown may pass next time. */
function failed(error: unknown): StepOutcome {
  return { kind: "error", error, retryable: !isMistake(error) };
}

function isMistake(error: unknown): boolean {
  try {
    return error instanceof StateError || (error instanceof EngineError && programmingErrors.includes(error.code));
  } catch {
    // A Proxy that does not even let itself be looked at.
    return false;
  }
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
