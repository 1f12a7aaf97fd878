import {
  applyHeadUpdate,
  type ErrorRecord,
  type HeadCondition,
  type HeadUpdate,
  HISTORY_LENGTH,
  type HistoryEntry,
  type InstanceHead,
  type MutableHead,
  retryDelay,
  type StepCount,
} from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import { errorRecord } from "./error-record.ts";
import { noChanges, stateWrite } from "./state-changes.ts";
import type { StepResult } from "./step-outcome.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** One conditional write and the head it leaves behind. */
export interface Transition {
  readonly update: HeadUpdate;
  readonly condition: HeadCondition;
  readonly next: InstanceHead;
}

export interface TransitionInput {
  readonly head: InstanceHead;
  readonly result: StepResult;
  readonly workflow: WorkflowDefinition;
  readonly now: number;
  readonly transactionId: string;
}

/**
 * What a step's result makes of its instance. Pure: no I/O, no clock, no chance.
 *
 * R0: the write carries seq and status as its condition, so one seq commits once and nothing commits after an end.
 * Every step commit issues a new token; the message that authorised this step becomes the predecessor.
 */
export function planTransition(input: TransitionInput): Transition {
  const { head, result } = input;
  const changes = result.outcome.kind === "error" ? noChanges : result.outcome.changes;
  const { write, replacesMap } = stateWrite(head.state, changes);
  const update: HeadUpdate = { set: { ...stamp(input), ...move(input) }, ...(write ? { state: write } : {}) };
  return {
    update,
    condition: {
      seq: head.seq,
      statusIn: [head.status],
      // Replacing the whole map would overwrite a change made beside the step, so none may have happened.
      ...(replacesMap ? { patchVersion: head.patchVersion } : {}),
    },
    next: applyHeadUpdate(head, update),
  };
}

/** What every step commit writes. */
function stamp({ head, now, transactionId }: TransitionInput): Partial<MutableHead> {
  const seq = head.seq + 1;
  return { seq, token: seq, previousToken: head.token, transactionId, updatedAt: now };
}

function move(input: TransitionInput): Partial<MutableHead> {
  const { head, result, workflow } = input;
  const { outcome } = result;
  switch (outcome.kind) {
    case "end":
      return complete(input);
    case "error":
      return outcome.retryable ? retryOrFail(input, outcome.error) : fail(input, outcome.error);
    case "goto": {
      const refusal = loopGuard(head, outcome.next, workflow);
      return refusal ? fail(input, refusal, outcome.next) : enter(input, outcome.next);
    }
  }
}

function enter(input: TransitionInput, step: string): Partial<MutableHead> {
  const { head, now } = input;
  const counts = leave(input);
  const visits = visitsOf(head, step) + 1;
  return {
    status: "runnable",
    step,
    previousStep: head.step,
    visit: head.visit + 1,
    attempt: 1,
    readyAt: now,
    stepCounts: { ...counts, [step]: { visits, startTime: now } },
    history: remember(input, "goto"),
  };
}

function complete(input: TransitionInput): Partial<MutableHead> {
  return {
    status: "completed",
    previousStep: input.head.step,
    totalTime: input.now - input.head.createdAt,
    stepCounts: leave(input),
    history: remember(input, "end"),
  };
}

function retryOrFail(input: TransitionInput, error: unknown): Partial<MutableHead> {
  const { head, now, workflow } = input;
  const delay = retryDelay(workflow.retry, head.attempt);
  if (delay === undefined) return fail(input, error);
  return {
    status: "runnable",
    attempt: head.attempt + 1,
    readyAt: now + delay,
    error: recordOf(input, error, head.step),
    history: remember(input, "retry"),
  };
}

function fail(input: TransitionInput, error: unknown, step = input.head.step): Partial<MutableHead> {
  return { status: "failed", error: recordOf(input, error, step), history: remember(input, "fail") };
}

function recordOf({ head, now }: TransitionInput, error: unknown, step: string): ErrorRecord {
  return errorRecord(error, { step, attempt: head.attempt, at: now });
}

/** The counts with the present visit of the present step closed. */
function leave({ head, now }: TransitionInput): Readonly<Record<string, StepCount>> {
  const present = head.stepCounts[head.step];
  if (present === undefined) return head.stepCounts;
  const closed = { ...present, finishTime: now, totalTime: now - present.startTime };
  return { ...head.stepCounts, [head.step]: closed };
}

function visitsOf(head: InstanceHead, step: string): number {
  return head.stepCounts[step]?.visits ?? 0;
}

function remember({ head, result }: TransitionInput, outcome: HistoryEntry["outcome"]): readonly HistoryEntry[] {
  const entry: HistoryEntry = {
    seq: head.seq + 1,
    step: head.step,
    attempt: head.attempt,
    outcome,
    startedAt: result.startedAt,
    duration: result.duration,
  };
  return [...head.history, entry].slice(-HISTORY_LENGTH);
}

function loopGuard(head: InstanceHead, next: string, workflow: WorkflowDefinition): EngineError | undefined {
  const place = { workflow: workflow.name, step: next, instance: head.id };
  if (head.seq + 1 >= workflow.maxTransitions) {
    return new EngineError(
      "max-transitions",
      `Instance ${head.id} made ${head.seq + 1} transitions, the limit of workflow "${workflow.name}". Find the loop, or raise maxTransitions.`,
      place,
    );
  }
  const visits = visitsOf(head, next) + 1;
  if (workflow.maxStepCount === undefined || visits <= workflow.maxStepCount) return undefined;
  return new EngineError(
    "max-step-count",
    `Step ${next} has been executed ${visits} times, which is greater than the maximum step count of ${workflow.maxStepCount}. Find the loop, or raise maxStepCount.`,
    place,
  );
}
