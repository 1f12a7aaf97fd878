import { decodeState, type ErrorRecord, type InstanceHead, type StepCount } from "@stephooks/core";

/** The keys the engine adds to the user's state when an instance is shown as a codehooks document. */
export interface InstanceFields {
  readonly _id: string;
  /** The step now running or last started; null when completed. */
  readonly nextStep: string | null;
  readonly previousStep?: string;
  readonly workflowName: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly stepCount: Readonly<Record<string, StepVisits>>;
  /** The branches of a fan-out that has not joined, by step. */
  readonly parallelSteps: Readonly<Record<string, ParallelStep>>;
  /** Milliseconds from start to completion. */
  readonly totalTime?: number;
  readonly lastError?: ErrorRecord;
  /** Only when cancelled; a user's own `status` shows otherwise. */
  readonly status?: "cancelled";
}

/** How often a step ran, and its newest visit: times as ISO 8601, `totalTime` in milliseconds. */
export interface StepVisits {
  readonly visits: number;
  readonly startTime: string;
  readonly finishTime?: string;
  readonly totalTime?: number;
}

export interface ParallelStep {
  readonly done: boolean;
  /** ISO 8601. */
  readonly startTime: string;
  readonly previousStep?: string;
  readonly nextStep?: string | readonly string[] | null;
}

/** An instance as codehooks shows it: the user's keys at top level beside the engine's. */
export type InstanceDocument = InstanceFields & { readonly [key: string]: unknown };

export function instanceDocument(head: InstanceHead): InstanceDocument {
  return {
    ...decodeState(head.state),
    _id: head.id,
    nextStep: head.status === "completed" ? null : (head.join?.steps.at(-1) ?? head.step),
    ...(head.previousStep === undefined ? {} : { previousStep: head.previousStep }),
    workflowName: head.workflow,
    createdAt: isoTime(head.createdAt),
    updatedAt: isoTime(head.updatedAt),
    stepCount: Object.fromEntries(Object.entries(head.stepCounts).map(([step, count]) => [step, stepVisits(count)])),
    parallelSteps: parallelSteps(head),
    ...writableFields(head),
  };
}

/** The engine's fields whose names are no protected ones: a step that changes such a value stores it as its own. */
export function writableFields(head: InstanceHead): Pick<InstanceFields, "totalTime" | "lastError" | "status"> {
  return {
    ...(head.totalTime === undefined ? {} : { totalTime: head.totalTime }),
    ...(head.error === undefined ? {} : { lastError: head.error }),
    ...(head.status === "cancelled" ? { status: "cancelled" } : {}),
  };
}

function stepVisits({ finishTime, startTime, totalTime, visits }: StepCount): StepVisits {
  return {
    visits,
    startTime: isoTime(startTime),
    ...(finishTime === undefined ? {} : { finishTime: isoTime(finishTime) }),
    ...(totalTime === undefined ? {} : { totalTime }),
  };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}

function parallelSteps({ join, previousStep, results, updatedAt }: InstanceHead): InstanceFields["parallelSteps"] {
  const branches = (join?.steps ?? []).map((step, branch): [string, ParallelStep] => {
    const result = results?.get(branch);
    return [
      step,
      {
        done: result !== undefined,
        startTime: isoTime(result?.kind === "next" ? result.startedAt : updatedAt),
        ...(previousStep === undefined ? {} : { previousStep }),
        ...(result?.kind === "next" ? { nextStep: result.next } : {}),
      },
    ];
  });
  return Object.fromEntries(branches);
}
