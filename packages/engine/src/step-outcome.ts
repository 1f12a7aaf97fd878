import type { StateChanges } from "./state-changes.ts";

/** What one execution of a step body asks for. */
export type StepOutcome =
  | { readonly kind: "goto"; readonly next: string; readonly changes: StateChanges }
  | { readonly kind: "end"; readonly changes: StateChanges }
  | { readonly kind: "error"; readonly error: unknown; readonly retryable: boolean };

/** An outcome with the times of the body that produced it; epoch milliseconds. */
export interface StepResult {
  readonly outcome: StepOutcome;
  readonly startedAt: number;
  readonly duration: number;
}
