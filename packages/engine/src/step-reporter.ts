import type { InstanceHead, Logger } from "@stephooks/core";

/** One run of a step body, as its reports name it. */
export interface ReportPlace {
  /** The instance as the body sees it. */
  readonly head: InstanceHead;
  readonly idempotencyKey: string;
  /** Aborted when nobody listens to the body any more. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Takes what one run of a body reports. */
export interface StepReporting {
  /** Settles when the report is stored, or is given up; never rejects. Throws at once what cannot be a report. */
  emit(data: unknown): Promise<void>;
  /** Takes nothing more, and settles when nothing is on its way. Never rejects. */
  close(): Promise<void>;
}

/** Where the reports of step bodies go. */
export type StepReporter = (place: ReportPlace) => StepReporting;

/** Of a host that keeps no reports. */
export const noReporter: StepReporter = () => ({ emit: async () => {}, close: async () => {} });
