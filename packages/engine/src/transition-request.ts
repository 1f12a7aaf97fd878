import { type Duration, type InstanceHead, isRecord, type Logger, parseDuration } from "@stephooks/core";
import { EngineError, type EngineErrorCode } from "./engine-error.ts";
import { noChanges, stateChanges } from "./state-changes.ts";
import type { Goto, GotoOptions, Wait, WaitOptions } from "./step-function.ts";
import type { StepOutcome } from "./step-outcome.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** What one attempt asks for through goto and wait. */
export interface TransitionRequest {
  readonly goto: Goto;
  readonly wait: Wait;
  /** What was asked for; undefined when the body returned without asking. From here on calls are too late. */
  close(): StepOutcome | EngineError | undefined;
}

/** Branches of one fan-out: their results live in the instance's item. */
const MAX_BRANCHES = 100;

/** The longest delay or wait: a year and a day. Milliseconds. */
const MAX_DELAY = 367 * 86_400_000;

interface Asker {
  readonly head: InstanceHead;
  readonly workflow: WorkflowDefinition;
  readonly place: { readonly workflow: string; readonly step: string; readonly instance: string };
}

/**
 * A second and a late call are reported, not thrown: the usual cause is work that nobody awaits, and there a rejection
 * would end the process with everything else it runs. All other mistakes are thrown at the call.
 */
export function transitionRequest(head: InstanceHead, workflow: WorkflowDefinition, logger: Logger): TransitionRequest {
  const place = { workflow: head.workflow, step: head.step, instance: head.id };
  const asker: Asker = { head, workflow, place };
  let asked: StepOutcome | undefined;
  let violation: EngineError | undefined;
  let open = true;
  // Not an async function: a mistake must reach a body that does not await the call, too.
  const ask = (outcome: () => StepOutcome): Promise<void> => {
    if (!open) {
      const code = "late-goto" satisfies EngineErrorCode;
      logger.log("error", "late goto or wait ignored: await the work that leads to it", { ...place, code });
    } else if (asked) {
      violation = secondCall(place);
    } else {
      asked = outcome();
    }
    return Promise.resolve();
  };
  return {
    goto: (next, state, options) => ask(() => gotoOutcome(asker, next, state, options)),
    wait: (state, options) => ask(() => waitOutcome(asker, state, options)),
    close: () => {
      open = false;
      return violation ?? asked;
    },
  };
}

function gotoOutcome(asker: Asker, next: unknown, state: object | undefined, options: GotoOptions = {}): StepOutcome {
  const changes = state === undefined ? noChanges : stateChanges(asker.head, state);
  assertOptions(asker, next, options);
  if (next === null) return { kind: "end", changes };
  if (Array.isArray(next)) {
    const steps = fanOutSteps(asker, next);
    const settleAll = options.join === "allSettled";
    const tolerated = toleratedOf(asker, options.toleratedFailures ?? (settleAll ? steps.length : 0), steps.length);
    return { kind: "fan-out", steps, changes, settleAll, tolerated };
  }
  return { kind: "goto", next: knownStep(asker, next), changes, delay: delayOf(asker, options.delay, "delay") };
}

/** An option that would be without effect is a mistake. */
function assertOptions({ head, place }: Asker, next: unknown, options: GotoOptions): void {
  const { delay, join, toleratedFailures } = options;
  if (delay !== undefined && typeof next !== "string") {
    throw new EngineError("invalid-goto", "Option delay goes with the name of one step.", place);
  }
  const isBranch = head.status === "joining";
  if (isBranch && (delay !== undefined || join !== undefined || toleratedFailures !== undefined)) {
    throw new EngineError(
      "invalid-goto",
      "goto takes no options in a branch: where it leads is decided at the join.",
      place,
    );
  }
}

function waitOutcome(asker: Asker, state: object | undefined, options: WaitOptions = {}): StepOutcome {
  return {
    kind: "wait",
    changes: state === undefined ? noChanges : stateChanges(asker.head, state),
    ...(options.timeout === undefined ? {} : { timeout: delayOf(asker, options.timeout, "timeout") }),
    ...(options.onTimeout === undefined ? {} : { timeoutStep: knownStep(asker, options.onTimeout) }),
  };
}

function toleratedOf({ place }: Asker, given: unknown, branches: number): number {
  if (typeof given === "number" && given >= 0) return Math.min(branches, Math.floor(given));
  throw new EngineError("invalid-goto", "Option toleratedFailures must be a number of branches, 0 or more.", place);
}

function fanOutSteps(asker: Asker, next: readonly unknown[]): readonly string[] {
  if (next.length >= 1 && next.length <= MAX_BRANCHES) return next.map((step) => knownStep(asker, step));
  throw new EngineError(
    "invalid-goto",
    `goto was given ${next.length} branches; a fan-out has 1 to ${MAX_BRANCHES}.`,
    asker.place,
  );
}

function delayOf({ place }: Asker, given: Duration | undefined, option: string): number {
  const milliseconds = parseDuration(given ?? 0);
  if (milliseconds !== undefined && milliseconds <= MAX_DELAY) return milliseconds;
  throw new EngineError(
    "invalid-goto",
    `Option ${option} must be a duration such as "3d", at most 367 days, not ${JSON.stringify(given)}.`,
    place,
  );
}

function knownStep({ place, workflow }: Asker, next: unknown): string {
  if (typeof next !== "string" || next === "null") {
    throw new EngineError(
      "invalid-goto",
      `Invalid nextStep value: ${describe(next)}. goto takes the name of a step, a list of them, or null to complete.`,
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
  return isRecord(next) || Array.isArray(next) || typeof next === "function"
    ? `a value of type ${typeof next}`
    : String(next);
}

function secondCall(place: Asker["place"]): EngineError {
  return new EngineError(
    "second-goto",
    `Step "${place.step}" asked for a second transition in one attempt. Call goto or wait once, as the last thing the step does.`,
    place,
  );
}
