import { type AppPorts, orderedIds } from "@stephooks/core";
import type { EngineSettings, HistoryKept, TransitionEvent, TransitionListener } from "@stephooks/engine";
import type { AppRegistry, StepWrapper } from "../app-registry.ts";
import { KeyedTurns } from "../datastore/index.ts";
import { sourceFiles, ViewRenderer } from "../files/index.ts";
import { createHttpApp, type HttpSettings } from "../http/index.ts";
import { JobSender } from "../jobs/index.ts";
import type { Runtime } from "../runtime.ts";
import type { BackgroundWork, BackgroundOptions } from "./background-work.ts";
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
  /** What workflows keep of their history that do not say it themselves. Default: the engine's. */
  readonly history?: HistoryKept | undefined;
  /** For tests: stands in for step bodies, or watches them. */
  readonly wrapStep?: StepWrapper;
}

/** Builds the runtime and binds the app to it, so that its workflows find their table and queue. */
export function createRuntime(registry: AppRegistry, ports: AppPorts, settings: HostSettings): Runtime {
  const { auths, definitions, middleware, routes, crons, settings: appSettings, workers } = registry;
  const { sourceFolder = ".", deployment = async () => "host", deadLetterArn, jobQueueArn } = settings;
  const views = new ViewRenderer(appSettings, () => sourceFiles(sourceFolder));
  const render: Runtime["render"] = (view, data) => views.render(view, data);
  registry.wrapSteps(settings.wrapStep);
  registry.keepHistory(settings.history);
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
    background: backgroundOf({
      registry,
      ports,
      settings: settings.engine,
      listener,
      render,
      deadLetterArn,
      jobQueueArn,
    }),
    workers,
    crons,
    jobs: new JobSender(ports, workers, orderedIds(ports.clock, ports.random)),
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

/** A process that only answers requests never loads it. */
function backgroundOf(options: BackgroundOptions): () => Promise<BackgroundWork> {
  let work: BackgroundWork | undefined;
  return async () => {
    if (work !== undefined) return work;
    const { createBackgroundWork } = await import("./background-work.ts");
    return (work ??= createBackgroundWork(options));
  };
}

/** Most apps have no callback: then nothing is read. */
function startupOf(registry: AppRegistry, ports: AppPorts, deployment: () => Promise<string>): Startup {
  const { startup: callback } = registry;
  if (callback === undefined) return async () => {};
  return createStartup({ callback, deployment, documents: ports.documents, clock: ports.clock });
}
