import { type AppPorts, orderedIds } from "@stephooks/core";
import {
  createDeadLetterDrain,
  createWorker,
  type EngineSettings,
  sweep,
  type TransitionEvent,
  type TransitionListener,
} from "@stephooks/engine";
import type { AppRegistry, StepWrapper } from "../app-registry.ts";
import { KeyedTurns } from "../datastore/index.ts";
import { sourceFiles, ViewRenderer } from "../files/index.ts";
import { createHttpApp, type HttpSettings } from "../http/index.ts";
import { createJobRunner, createSourceRunner, JobSender } from "../jobs/index.ts";
import { stepReporter } from "../progress/index.ts";
import type { Runtime } from "../runtime.ts";
import { noteRuntime } from "./current-runtime.ts";
import { createStartup, type Startup } from "./startup.ts";

/** What a host decides about an app it runs. */
export interface HostSettings {
  readonly engine: EngineSettings;
  readonly http: HttpSettings;
  /** ARN by which the host marks batches of dead letters. */
  readonly deadLetterArn: string;
  /** ARN by which the host marks batches of jobs; absent where the app has no queue for them. */
  readonly jobQueueArn?: string | undefined;
  /** Folder with what was deployed beside the code: static files, views. Default: the current one. */
  readonly sourceFolder?: string;
  /** Names the deployment for the callback of `app.init`. Default: one that lasts as long as this host. */
  readonly deployment?: () => Promise<string>;
  /** Told of every committed transition before the app's listeners are. */
  readonly onTransition?: ((event: TransitionEvent) => void) | undefined;
  /** For tests: stands in for step bodies, or watches them. */
  readonly wrapStep?: StepWrapper;
}

/** Builds the runtime and binds the app to it, so that its workflows find their table and queue. */
export function createRuntime(registry: AppRegistry, ports: AppPorts, settings: HostSettings): Runtime {
  const { auths, definitions, middleware, routes, crons, settings: appSettings, workers } = registry;
  const { sourceFolder = ".", deployment = async () => "host" } = settings;
  const views = new ViewRenderer(appSettings, () => sourceFiles(sourceFolder));
  const render: Runtime["render"] = (view, data) => views.render(view, data);
  registry.wrapSteps(settings.wrapStep);
  const listener: TransitionListener = (event) => {
    settings.onTransition?.(event);
    registry.committed(event);
    return registry.events(event.after.workflow).transition(event, ports.logger);
  };
  const runtime: Runtime = {
    ports,
    definitions,
    space: settings.http.space,
    strict: registry.strict,
    sourceFolder,
    render,
    startup: startupOf(registry, ports, deployment),
    turns: new KeyedTurns(),
    worker: createWorker({
      ports,
      definitions,
      settings: settings.engine,
      listener,
      reporter: stepReporter(ports),
    }),
    sweep: (scheduledAt) => sweep(scheduledAt, ports, settings.engine),
    deadLetters: createDeadLetterDrain({ ports, definitions, listener }),
    deadLetterArn: settings.deadLetterArn,
    jobQueueArn: settings.jobQueueArn,
    workers,
    crons,
    jobs: new JobSender(ports, workers, orderedIds(ports.clock, ports.random)),
    jobRunner: createJobRunner({ ports, workers, render }),
    sourceRunner: createSourceRunner(ports, render),
    http: createHttpApp({
      routes,
      middleware,
      auths,
      settings: settings.http,
      render,
      strict: registry.strict,
      clock: ports.clock,
      logger: ports.logger,
    }),
  };
  registry.bind(runtime);
  noteRuntime(runtime);
  return runtime;
}

/** Most apps have no callback: then nothing is read. */
function startupOf(registry: AppRegistry, ports: AppPorts, deployment: () => Promise<string>): Startup {
  const { startup: callback } = registry;
  if (callback === undefined) return async () => {};
  return createStartup({ callback, deployment, documents: ports.documents, clock: ports.clock });
}
