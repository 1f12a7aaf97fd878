import type { AppPorts } from "@stephooks/core";
import type { WorkflowDefinition } from "@stephooks/engine";
import type { CronList } from "./crons/index.ts";
import type { KeyedTurns } from "./datastore/index.ts";
import type { BackgroundWork } from "./host/background-work.ts";
import type { Startup } from "./host/startup.ts";
import type { HttpApp } from "./http/index.ts";
import type { JobSender, WorkerList } from "./jobs/index.ts";

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
  /** The work of its queues and of its schedule, loaded when it is first asked for. */
  readonly background: () => Promise<BackgroundWork>;
  readonly workers: WorkerList;
  readonly crons: CronList;
  /** Puts jobs into the queue. */
  readonly jobs: JobSender;
  readonly http: HttpApp;
  /** The HTML of a view. */
  readonly render: (view: string, data: unknown) => Promise<string>;
}
