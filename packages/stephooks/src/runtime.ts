import type { Ports } from "@stephooks/core";
import type { DeadLetterDrain, SweepReport, Worker } from "@stephooks/engine";
import type { HttpApp } from "./http/index.ts";

/** An app bound to a host: what one execution environment builds at its first event and keeps. */
export interface Runtime {
  readonly ports: Ports;
  readonly worker: Worker;
  readonly deadLetters: DeadLetterDrain;
  /** One pass over the due index for the minute that begins then. */
  readonly sweep: (scheduledAt: number) => Promise<SweepReport>;
  /** SQS batches from this queue are dead letters; all others are work. */
  readonly deadLetterArn: string;
  readonly http: HttpApp;
}
