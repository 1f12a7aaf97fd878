import type { Logger } from "@stephooks/core";

/** What a step knows about the attempt it is. */
export interface StepContext {
  readonly instanceId: string;
  readonly workflow: string;
  readonly step: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Equal for every execution of one visit to one step, different for every other: give it to outside services. */
  readonly idempotencyKey: string;
  /** Aborted when the step runs out of time. */
  readonly signal: AbortSignal;
  /** Milliseconds until the step's timeout. */
  remainingTime(): number;
  readonly log: Logger;
}

/**
 * Asks for the next transition. Serialises its state at the call; the commit follows when the step settles. A second
 * call fails the attempt, a call after the step has settled is logged and ignored; neither throws.
 */
export type Goto = (next: string | null, state?: object) => Promise<void>;

/** Asks to wait for a command. */
export type Wait = (state?: object) => Promise<void>;

/** One step as the engine calls it. The state is a copy: changing it changes nothing. */
export type StepFunction = (state: object, goto: Goto, wait: Wait, context: StepContext) => unknown;
