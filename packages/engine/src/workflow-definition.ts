import { defaultRetryPolicy, parseDuration, type RetryPolicy } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import type { StepFunction } from "./step-function.ts";
import { resolveRetryPolicy, type WorkflowOptions, workflowDefaults } from "./workflow-options.ts";

/** A workflow as the engine runs it: checked, with every default filled in. */
export interface WorkflowDefinition {
  readonly name: string;
  readonly description: string;
  readonly firstStep: string;
  readonly steps: ReadonlyMap<string, StepDefinition>;
  readonly collectionName: string;
  /** Transitions of one instance before it fails with `max-transitions`. */
  readonly maxTransitions: number;
  /** Visits of one step before the instance fails with `max-step-count`; no limit when absent. */
  readonly maxStepCount?: number;
  /** Milliseconds an instance may live. */
  readonly instanceTimeout?: number;
  /** Step that takes over when another has failed for good. */
  readonly onError?: string;
  /** Instances keep every transition, not only the newest. */
  readonly fullHistory: boolean;
  /** Each of them with what it changed in the state. */
  readonly keepsChanges: boolean;
  /** State keys whose values nothing shows. */
  readonly redact: readonly string[];
  /** Milliseconds an instance is kept after its end; for ever when absent. */
  readonly retention?: number;
  /** Chain steps inside an invocation. */
  readonly inline: boolean;
}

export interface StepDefinition {
  readonly run: StepFunction;
  /** Milliseconds. */
  readonly timeout: number;
  readonly retry: RetryPolicy;
}

/** Lambda ends a function after 15 minutes; 10 s of them are needed around the step. */
const MAX_STEP_TIMEOUT = 890_000;

/** A message of an instance may live for 14 days, the most that SQS keeps one. */
const SHORTEST_RETENTION = 15 * 86_400_000;

/** State keys that a workflow may mark as secret. */
const MAX_REDACTED = 32;

/** Step names become parts of messages, logs and diagrams. */
const NAME = /^[A-Za-z_$][\w$.:-]{0,127}$/;

/** Names that mean something else to goto or to plain objects. */
const RESERVED_NAMES: readonly string[] = ["null", "__proto__", "constructor", "prototype"];

/**
 * Checks a workflow and fills in the defaults. The first key of `steps` is the first step.
 *
 * @throws EngineError `invalid-definition` naming what is wrong.
 */
export function defineWorkflow(
  name: string,
  description: string,
  steps: Readonly<Record<string, unknown>>,
  options: WorkflowOptions = {},
): WorkflowDefinition {
  if (typeof name !== "string" || name === "" || name.length > 128) {
    throw invalid("A workflow needs a name of 1 to 128 characters.", name);
  }
  const names = Object.keys(steps ?? {});
  const firstStep = names[0];
  if (firstStep === undefined) throw invalid(`Workflow "${name}" has no steps. Give at least one step function.`, name);
  const defaults = {
    timeout: stepTimeout(options.timeout ?? workflowDefaults.timeout, name, "timeout"),
    retry: resolveRetryPolicy(options, defaultRetryPolicy, name),
  };
  return {
    name,
    description,
    firstStep,
    steps: new Map(names.map((step) => [step, defineStep(name, step, steps[step], defaults, options)])),
    collectionName: options.collectionName ?? workflowDefaults.collectionName,
    maxTransitions: count(options.maxTransitions ?? workflowDefaults.maxTransitions, name, "maxTransitions"),
    ...(options.maxStepCount ? { maxStepCount: count(options.maxStepCount, name, "maxStepCount") } : {}),
    ...(options.instanceTimeout === undefined ? {} : { instanceTimeout: lifetime(options.instanceTimeout, name) }),
    ...(options.onError === undefined ? {} : { onError: errorStep(options.onError, names, name) }),
    ...historyOf(options.history ?? "recent", name),
    redact: redacted(options.redact ?? [], name),
    ...(options.retention === undefined ? {} : { retention: keptFor(options.retention, name) }),
    inline: options.inline === true,
  };
}

function defineStep(
  workflow: string,
  step: string,
  run: unknown,
  defaults: Omit<StepDefinition, "run">,
  options: WorkflowOptions,
): StepDefinition {
  if (!NAME.test(step) || RESERVED_NAMES.includes(step)) {
    throw invalid(
      `Step name ${JSON.stringify(step)} in workflow "${workflow}" is not allowed: use a letter, then letters, digits, _ $ . : or -, at most 128.`,
      workflow,
    );
  }
  if (!isStepFunction(run)) {
    throw invalid(
      `Step "${step}" of workflow "${workflow}" is not a function. Write ${step}: async (state, goto) => { … }.`,
      workflow,
    );
  }
  const own = options.steps && Object.hasOwn(options.steps, step) ? options.steps[step] : undefined;
  return {
    run,
    timeout:
      own?.timeout === undefined ? defaults.timeout : stepTimeout(own.timeout, workflow, `steps.${step}.timeout`),
    retry: resolveRetryPolicy(own, defaults.retry, workflow),
  };
}

function errorStep(step: string, names: readonly string[], workflow: string): string {
  if (names.includes(step)) return step;
  throw invalid(`Option onError of workflow "${workflow}" names "${step}", which is no step of it.`, workflow);
}

function historyOf(history: unknown, workflow: string): Pick<WorkflowDefinition, "fullHistory" | "keepsChanges"> {
  if (history === "recent" || history === "full" || history === "changes") {
    return { fullHistory: history !== "recent", keepsChanges: history === "changes" };
  }
  throw invalid(`Option history of workflow "${workflow}" must be "recent", "full" or "changes".`, workflow);
}

/** They stand in every item. */
function redacted(keys: unknown, workflow: string): readonly string[] {
  const isKey = (key: unknown): key is string => typeof key === "string" && key !== "" && key.length <= 128;
  if (Array.isArray(keys) && keys.length <= MAX_REDACTED && keys.every(isKey)) return [...new Set(keys)];
  throw invalid(
    `Option redact of workflow "${workflow}" must be a list of at most ${MAX_REDACTED} state keys of 1 to 128 characters.`,
    workflow,
  );
}

function lifetime(given: unknown, workflow: string): number {
  const milliseconds = parseDuration(given);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw invalid(`Option instanceTimeout of workflow "${workflow}" must be a duration such as "30d".`, workflow);
}

function keptFor(given: unknown, workflow: string): number {
  const milliseconds = parseDuration(given);
  if (milliseconds !== undefined && milliseconds >= SHORTEST_RETENTION) return milliseconds;
  throw invalid(
    `Option retention of workflow "${workflow}" must be a duration of at least "15d": a message can wait in a queue for 14 days, and would start an instance that was removed a second time.`,
    workflow,
  );
}

function isStepFunction(value: unknown): value is StepFunction {
  return typeof value === "function";
}

function stepTimeout(given: unknown, workflow: string, option: string): number {
  const timeout = parseDuration(given);
  if (timeout !== undefined && timeout > 0 && timeout <= MAX_STEP_TIMEOUT) return timeout;
  throw invalid(
    `Option ${option} of workflow "${workflow}" must be more than 0 and at most ${MAX_STEP_TIMEOUT} ms (Lambda's 15 minutes less 10 s). Split a longer step.`,
    workflow,
  );
}

function count(given: unknown, workflow: string, option: string): number {
  if (typeof given === "number" && Number.isSafeInteger(given) && given >= 1) return given;
  throw invalid(`Option ${option} of workflow "${workflow}" must be a whole number of at least 1.`, workflow);
}

function invalid(message: string, workflow: string): EngineError {
  return new EngineError("invalid-definition", message, { workflow });
}
