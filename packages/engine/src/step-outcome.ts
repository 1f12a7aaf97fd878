import type { StateChanges } from "./state-changes.ts";

/** What one execution of a step body asks for. Durations in milliseconds. */
export type StepOutcome =
  | { readonly kind: "goto"; readonly next: string; readonly changes: StateChanges; readonly delay: number }
  | { readonly kind: "end"; readonly changes: StateChanges }
  | {
      readonly kind: "fan-out";
      readonly steps: readonly string[];
      readonly changes: StateChanges;
      readonly tolerated: number;
      readonly settleAll: boolean;
    }
  | {
      readonly kind: "wait";
      readonly changes: StateChanges;
      readonly timeout?: number;
      readonly timeoutStep?: string;
    }
  | { readonly kind: "error"; readonly error: unknown; readonly retryable: boolean };

/** An outcome with the times of the body that produced it; epoch milliseconds. */
export interface StepResult {
  readonly outcome: StepOutcome;
  readonly startedAt: number;
  readonly duration: number;
}
