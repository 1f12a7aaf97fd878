import { type Clock, type InstanceHead, type Logger, StateError } from "@stephooks/core";
import { EngineError, type EngineErrorCode } from "./engine-error.ts";
import { errorRecord } from "./error-record.ts";
import { instanceDocument } from "./instance-document.ts";
import type { StepContext } from "./step-function.ts";
import type { StepOutcome, StepResult } from "./step-outcome.ts";
import { transitionRequest } from "./transition-request.ts";
import { noReporter, type StepReporter, type StepReporting } from "./step-reporter.ts";
import { mintWaitToken } from "./wait-token.ts";
import type { StepDefinition, WorkflowDefinition } from "./workflow-definition.ts";

export interface StepRun {
  /** The head as the step sees it. */
  readonly head: InstanceHead;
  /** Of a branch: its own record, which is what waits. */
  readonly record?: InstanceHead;
  /** Equal for every execution of this visit. */
  readonly idempotencyKey: string;
  readonly workflow: WorkflowDefinition;
  readonly step: StepDefinition;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reporter?: StepReporter | undefined;
}

/**
 * Runs one step body and reports what it asked for. Never rejects: whatever the body does becomes an outcome.
 * A throw after goto drops the transition that goto asked for.
 */
export async function runStep(run: StepRun): Promise<StepResult> {
  const { clock, head, logger, step, workflow } = run;
  const startedAt = clock.now();
  const request = transitionRequest(head, workflow, logger);
  const timeout = stepTimeout(run, startedAt);
  const settled = (outcome: StepOutcome): StepResult => {
    const duration = clock.now() - startedAt;
    if (outcome.kind === "error") logFailure(run, outcome.error, duration);
    return { outcome, startedAt, duration };
  };
  try {
    const document = { ...instanceDocument(head), instanceId: head.id };
    const body = async (): Promise<void> => {
      try {
        await step.run(document, request.goto, request.wait, timeout.context);
      } finally {
        // What was reported before a transition is seen before it.
        await timeout.reporting.close();
      }
    };
    await timeout.limit(body());
    const asked = request.close() ?? noGoto(head);
    return settled(asked instanceof EngineError ? failed(asked) : asked);
  } catch (error) {
    const asked = request.close();
    return settled(failed(asked instanceof EngineError ? asked : error));
  } finally {
    timeout.cancel();
  }
}

function noGoto(head: InstanceHead): EngineError {
  return new EngineError(
    "no-goto",
    `Step "${head.step}" returned without goto. Call goto(next, state), or goto(null, state) to complete; await what leads to it.`,
    { workflow: head.workflow, step: head.step, instance: head.id },
  );
}

/** Mistakes in the step's code: the next attempt would make them again. */
const programmingErrors: readonly string[] = [
  "unknown-step",
  "invalid-goto",
  "second-goto",
  "no-goto",
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

/** State and payload stay out: they may hold secrets. */
function logFailure({ head, logger }: StepRun, error: unknown, ms: number): void {
  const { id: instance, workflow, attempt } = head;
  const { code, message, stack } = errorRecord(error, { step: head.step, attempt, at: 0 });
  logger.log("error", "step failed", { instance, workflow, step: head.step, attempt, ms, code, message, stack });
}

interface StepTimeout {
  readonly context: StepContext;
  readonly reporting: StepReporting;
  /** Settles as the body does, or rejects with `step-timeout` when that is too late. */
  limit(body: Promise<unknown>): Promise<unknown>;
  cancel(): void;
}

function stepTimeout(
  { head, idempotencyKey, record = head, step, clock, logger, reporter = noReporter }: StepRun,
  startedAt: number,
): StepTimeout {
  const controller = new AbortController();
  const limited = Promise.withResolvers<unknown>();
  const cancel = clock.timer(step.timeout, () => {
    const error = new EngineError(
      "step-timeout",
      `Step "${head.step}" did not settle within ${step.timeout} ms. Make it faster, split it, or raise its timeout.`,
      { workflow: head.workflow, step: head.step, instance: head.id },
    );
    controller.abort(error);
    limited.reject(error);
  });
  const reporting = reporter({ head, idempotencyKey, signal: controller.signal, logger });
  const context: StepContext = {
    instanceId: head.id,
    workflow: head.workflow,
    step: head.step,
    attempt: head.attempt,
    idempotencyKey,
    signal: controller.signal,
    ...(head.error === undefined ? {} : { error: head.error }),
    branchErrors: head.branchErrors ?? [],
    createWaitToken: (name = "wait", options) => mintWaitToken(record, name, options),
    emit: (data) => reporting.emit(data),
    remainingTime: () => Math.max(0, startedAt + step.timeout - clock.now()),
    log: logger,
  };
  const limit = (body: Promise<unknown>): Promise<unknown> => {
    body.then(limited.resolve, limited.reject);
    return limited.promise;
  };
  return { context, reporting, limit, cancel };
}
