import type { Duration, ErrorRecord, Logger } from "@stephooks/core";
import type { WaitTokenOptions } from "./wait-token.ts";

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
  /** In an `onError` step: why the instance came here. */
  readonly error?: ErrorRecord;
  /** After a join that tolerated failures: what failed. */
  readonly branchErrors: readonly ErrorRecord[];
  /**
   * A token for a link in a mail: `workflow.resumeByToken(token, state)` answers the wait this attempt asks for, once.
   * `name` (default `wait`) tells several tokens of one wait apart. @throws EngineError `invalid-token`.
   */
  createWaitToken(name?: string, options?: WaitTokenOptions): string;
  /**
   * Reports progress to whoever watches the instance (docs/progress.md). Settles when the report is stored; what is
   * under way when the body settles is stored before its transition. Best effort: a report that cannot be stored
   * is logged and fails no step, and a body that runs again reports again.
   *
   * @throws StephooksError `invalid-document`, `payload-too-large` above 16 KB of JSON.
   */
  emit(data: unknown): Promise<void>;
  /** Milliseconds until the step's timeout. */
  remainingTime(): number;
  readonly log: Logger;
}

/** Options of goto. */
export interface GotoOptions {
  /** How long the next step waits before it begins; up to a year. */
  readonly delay?: Duration;
  /** Of a fan-out: `all` (default) fails with the first branch that fails, `allSettled` waits for every branch. */
  readonly join?: "all" | "allSettled";
  /** Of a fan-out: branches that may fail without failing the join. Default 0; every one with `allSettled`. */
  readonly toleratedFailures?: number;
}

/** Options of wait. */
export interface WaitOptions {
  /** How long to wait at the most; without it for as long as it takes. */
  readonly timeout?: Duration;
  /** Step to go to when the time is over; without it the waiting step runs again. */
  readonly onTimeout?: string;
}

/** Asks for the next transition. Serialises its state at the call; the commit follows when the step settles. */
export type Goto = (next: string | readonly string[] | null, state?: object, options?: GotoOptions) => Promise<void>;

/** Asks to wait for a command. */
export type Wait = (state?: object, options?: WaitOptions) => Promise<void>;

/** One step as the engine calls it. The state is a copy: changing it changes nothing. */
export type StepFunction = (state: object, goto: Goto, wait: Wait, context: StepContext) => unknown;
