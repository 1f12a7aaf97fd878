import type { InstanceFields, WorkflowDefinition } from "@stephooks/engine";

/** How long the present step of an instance has taken; milliseconds. */
export type StepTiming =
  | {
      readonly isTimedOut: boolean;
      readonly step: string;
      readonly timeout: number;
      readonly startTime: number;
      readonly runningTime: number;
      readonly currentTime: number;
    }
  | { readonly isTimedOut: false; readonly step: string | null; readonly reason: string };

export type TimedOutStep = StepTiming & { readonly workflowId: string; readonly workflowName: string };

/** Compares the time since the present step was entered with the step's timeout. */
export function stepTiming(workflow: WorkflowDefinition, document: InstanceFields, now: number): StepTiming {
  const { nextStep: step, stepCount } = document;
  const definition = step === null ? undefined : workflow.steps.get(step);
  const startTime = Date.parse(step === null ? "" : (stepCount[step]?.startTime ?? ""));
  if (step === null || definition === undefined || Number.isNaN(startTime)) {
    return { isTimedOut: false, reason: "Step not found in workflow", step };
  }
  const runningTime = now - startTime;
  const { timeout } = definition;
  return { isTimedOut: runningTime > timeout, step, timeout, startTime, runningTime, currentTime: now };
}
