import {
  type HistoryOutcome,
  type InstanceHead,
  type MutableHead,
  parseBranchId,
  retryDelay,
  type RetryPolicy,
  type StepCount,
} from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import { errorRecord } from "./error-record.ts";
import type { Entry } from "./history-ring.ts";
import { noChanges, type StateChanges } from "./state-changes.ts";
import type { StepOutcome, StepResult } from "./step-outcome.ts";
import type { Move, TransitionInput } from "./transition.ts";
import { indexTime, LONGEST_DELAY, watchTime } from "./watch-time.ts";

type Asked<Kind extends StepOutcome["kind"]> = Extract<StepOutcome, { kind: Kind }>;

/** Going to a step, now or after a delay. `from` keeps its counts up to date. */
export function enter(input: TransitionInput, next: string, changes: StateChanges, delay = 0): Move {
  const { head, now, workflow } = input;
  const refusal = loopGuard(head, [next], workflow);
  // What the step handed over is kept: an operator will want to see it.
  if (refusal) return { ...giveUp(input, refusal, next), changes };
  const readyAt = now + delay;
  const long = delay > LONGEST_DELAY;
  const counts = leave(input);
  return {
    set: {
      status: long ? "timer" : "runnable",
      step: next,
      previousStep: head.step,
      visit: head.visit + 1,
      attempt: 1,
      readyAt,
      ...(long ? { dueAt: readyAt } : {}),
      ...placed(input, long ? readyAt : undefined),
      stepCounts: { ...counts, [next]: { visits: visitsOf(head, next) + 1, startTime: readyAt } },
    },
    changes,
    drop: ["branchErrors"],
  };
}

export function complete(input: TransitionInput, changes: StateChanges): Move {
  const { head, now } = input;
  return {
    set: { status: "completed", previousStep: head.step, totalTime: now - head.createdAt, stepCounts: leave(input) },
    changes,
  };
}

export function fanOut(input: TransitionInput, asked: Asked<"fan-out">): Move {
  const { head, workflow } = input;
  const refusal = loopGuard(head, asked.steps, workflow);
  if (refusal) return { ...giveUp(input, refusal, asked.steps[0]), changes: asked.changes };
  const { settleAll, steps, tolerated } = asked;
  return {
    set: {
      status: "joining",
      previousStep: head.step,
      visit: head.visit + 1,
      attempt: 1,
      join: { seq: head.seq + 1, steps, tolerated, settleAll },
      results: new Map(),
      ...placed(input, undefined),
      stepCounts: leave(input),
    },
    changes: asked.changes,
    drop: ["branchErrors"],
  };
}

/**
 * The instance waits. R9: where the visit has been answered already, by a token that was faster than this commit, its wait is
 * over as soon as it begins: the step runs again, as a new visit with tokens of its own.
 */
export function waitFor(input: TransitionInput, asked: Asked<"wait">): Move {
  const { head, now } = input;
  if (head.answeredVisit === head.visit) return wakeUp(input, asked.changes);
  const dueAt = asked.timeout === undefined ? undefined : now + asked.timeout;
  const indexedAt = indexTime(head, dueAt ?? Infinity, now);
  return {
    set: {
      status: "waiting",
      ...(dueAt === undefined ? {} : { dueAt }),
      ...(asked.timeoutStep === undefined ? {} : { timeoutStep: asked.timeoutStep }),
      ...(indexedAt === undefined ? {} : { indexedAt }),
    },
    changes: asked.changes,
    ...(indexedAt === undefined ? { drop: ["indexedAt"] } : {}),
    ifUnpatched: true,
  };
}

/** The step runs again after a pause, or the instance fails: what the retry policy makes of a throw. */
export function retryOrGiveUp(input: TransitionInput, asked: Asked<"error">): Move {
  const { head, now, workflow } = input;
  const delay = pauseBefore(head, asked, policyOf(input), input.chance);
  if (delay === undefined) return giveUp(input, asked.error, head.step, workflow.onError);
  const readyAt = now + delay;
  const long = delay > LONGEST_DELAY;
  return {
    set: {
      status: long ? "timer" : "runnable",
      attempt: head.attempt + 1,
      readyAt,
      error: errorRecord(asked.error, { step: head.step, attempt: head.attempt, at: now }),
      ...(long ? { dueAt: readyAt } : {}),
      ...placed(input, long ? readyAt : undefined),
    },
    changes: noChanges,
  };
}

/** Pause before the next attempt, milliseconds; undefined when there is none. */
export function pauseBefore(
  head: InstanceHead,
  { error, retryable }: Asked<"error">,
  policy: RetryPolicy,
  chance: number,
): number | undefined {
  const { code, name } = errorRecord(error, { step: head.step, attempt: head.attempt, at: 0 });
  const final = policy.nonRetryable.some((excluded) => excluded === name || excluded === code);
  return retryable && !final ? retryDelay(policy, head.attempt, chance) : undefined;
}

/** The instance fails, or its error step takes over. The error step's own failure is final. */
export function giveUp(input: TransitionInput, error: unknown, step = input.head.step, onError?: string): Move {
  const { head, now } = input;
  const record = errorRecord(error, { step, attempt: head.attempt, at: now });
  if (onError !== undefined && head.step !== onError) {
    const entered = enter(input, onError, noChanges);
    return { ...entered, set: { error: record, ...entered.set } };
  }
  return { set: { status: "failed", error: record }, changes: noChanges };
}

/** A wait answers, or its time is over: the step runs, as a new visit. */
export function wakeUp(input: TransitionInput, changes: StateChanges): Move {
  const { head, now } = input;
  const present = head.stepCounts[head.step];
  // The time of a wait is not the step's own; a wait that is answered is no turn of a loop either.
  const counts = present
    ? { stepCounts: { ...head.stepCounts, [head.step]: { visits: present.visits, startTime: now } } }
    : {};
  return {
    set: {
      status: "runnable",
      visit: head.visit + 1,
      attempt: 1,
      readyAt: now,
      ...counts,
      ...placed(input, undefined),
    },
    changes,
  };
}

/** An operator has a failed instance run from another step: a new visit of it. The visit that failed has no end. */
export function goBack({ head, now }: TransitionInput, step: string, changes: StateChanges): Move {
  return {
    set: {
      status: "runnable",
      step,
      previousStep: head.step,
      visit: head.visit + 1,
      attempt: 1,
      readyAt: now,
      stepCounts: { ...head.stepCounts, [step]: { visits: visitsOf(head, step) + 1, startTime: now } },
    },
    changes,
  };
}

/** The history entry of a body. */
export function historyOf(head: InstanceHead, result: StepResult, move: Move): Entry {
  const { duration, outcome, startedAt } = result;
  const did = move.set.status === "failed" ? "fail" : outcomeName(outcome, move);
  return { step: head.step, attempt: head.attempt, outcome: did, startedAt, duration };
}

function outcomeName(outcome: StepOutcome, move: Move): HistoryOutcome {
  switch (outcome.kind) {
    case "goto":
    case "fan-out":
      return "goto";
    case "end":
      return "end";
    case "wait":
      return "wait";
    case "error":
      // A failure for good that went on to the error step.
      return move.set.step === undefined ? "retry" : "fail";
  }
}

/** Where the head stands in the due index after it has moved: nothing changes for one that was and stays short. */
function placed({ head, now }: TransitionInput, dueAt: number | undefined): Pick<MutableHead, "indexedAt"> {
  if (dueAt !== undefined) {
    const indexedAt = indexTime(head, dueAt, now);
    return indexedAt === undefined ? {} : { indexedAt };
  }
  const wasPlaced = head.status === "waiting" || head.status === "timer";
  return wasPlaced && parseBranchId(head.id) === undefined ? { indexedAt: watchTime(now, head.deadline) } : {};
}

/** The counts with the present visit of the present step closed. */
function leave({ head, now }: TransitionInput): Readonly<Record<string, StepCount>> {
  const present = head.stepCounts[head.step];
  if (present === undefined || head.status === "joining") return head.stepCounts;
  const closed = { ...present, finishTime: now, totalTime: now - present.startTime };
  return { ...head.stepCounts, [head.step]: closed };
}

function visitsOf(head: InstanceHead, step: string): number {
  return head.stepCounts[step]?.visits ?? 0;
}

function policyOf({ head, workflow }: TransitionInput): RetryPolicy {
  const step = workflow.steps.get(head.step);
  if (step === undefined) throw new TypeError(`the step ${head.step} that ran is not defined`);
  return step.retry;
}

function loopGuard(
  head: InstanceHead,
  steps: readonly string[],
  workflow: TransitionInput["workflow"],
): EngineError | undefined {
  if (head.seq + 1 >= workflow.maxTransitions) {
    return new EngineError(
      "max-transitions",
      `Instance ${head.id} made ${head.seq + 1} transitions, the limit of workflow "${workflow.name}". Find the loop, or raise maxTransitions.`,
      { workflow: workflow.name, instance: head.id },
    );
  }
  const { maxStepCount } = workflow;
  if (maxStepCount === undefined) return undefined;
  const step = steps.find((name) => visitsOf(head, name) + 1 > maxStepCount);
  if (step === undefined) return undefined;
  return new EngineError(
    "max-step-count",
    `Step ${step} has been executed ${visitsOf(head, step) + 1} times, which is greater than the maximum step count of ${maxStepCount}. Find the loop, or raise maxStepCount.`,
    { workflow: workflow.name, step, instance: head.id },
  );
}
