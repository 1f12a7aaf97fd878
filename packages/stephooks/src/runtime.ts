import type { AppPorts } from "@stephooks/core";
import type { DeadLetterDrain, SweepReport, Worker, WorkflowDefinition } from "@stephooks/engine";
import type { CronList } from "./crons/index.ts";
import type { KeyedTurns } from "./datastore/index.ts";
import type { Startup } from "./host/startup.ts";
import type { HttpApp } from "./http/index.ts";
import type { JobRunner, JobSender, SourceRunner, WorkerList } from "./jobs/index.ts";

/** An app bound to a host: what one execution environment builds at its first event and keeps. */
export interface Runtime {
  readonly ports: AppPorts;
  readonly definitions: ReadonlyMap<string, WorkflowDefinition>;
  /** Name of the one space this stack is. */
  readonly space: string;
  /** Whether the app asked for codehooks' own behaviour (`compat: "strict"`). */
  readonly strict: boolean;
  /** Folder with what was deployed beside the code. */
  readonly sourceFolder: string;
  /** Settles when the callback of `app.init` has run for this deployment. */
  readonly startup: Startup;
  /** Turns of this process at its documents. */
  readonly turns: KeyedTurns;
  readonly worker: Worker;
  readonly deadLetters: DeadLetterDrain;
  /** One pass over the due index for the minute that begins then. */
  readonly sweep: (scheduledAt: number) => Promise<SweepReport>;
  /** SQS batches from this queue are dead letters; of those that no other queue here claims, messages are steps. */
  readonly deadLetterArn: string;
  /** SQS batches from this queue are jobs. */
  readonly jobQueueArn: string | undefined;
  readonly workers: WorkerList;
  readonly crons: CronList;
  /** Puts jobs into the queue. */
  readonly jobs: JobSender;
  readonly jobRunner: JobRunner;
  readonly sourceRunner: SourceRunner;
  readonly http: HttpApp;
  /** The HTML of a view. */
  readonly render: (view: string, data: unknown) => Promise<string>;
}
