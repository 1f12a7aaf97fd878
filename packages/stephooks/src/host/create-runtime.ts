import type { AppPorts } from "@stephooks/core";
import {
  createDeadLetterDrain,
  createWorker,
  type EngineSettings,
  sweep,
  type TransitionListener,
} from "@stephooks/engine";
import type { AppRegistry, StepWrapper } from "../app-registry.ts";
import { KeyedTurns } from "../datastore/index.ts";
import { createHttpApp, type HttpSettings } from "../http/index.ts";
import type { Runtime } from "../runtime.ts";
import { noteRuntime } from "./current-runtime.ts";

/** What a host decides about an app it runs. */
export interface HostSettings {
  readonly engine: EngineSettings;
  readonly http: HttpSettings;
  /** ARN by which the host marks batches of dead letters. */
  readonly deadLetterArn: string;
  /** For tests: stands in for step bodies, or watches them. */
  readonly wrapStep?: StepWrapper;
}

/** Builds the runtime and binds the app to it, so that its workflows find their table and queue. */
export function createRuntime(registry: AppRegistry, ports: AppPorts, settings: HostSettings): Runtime {
  const { auths, definitions, middleware, routes } = registry;
  registry.wrapSteps(settings.wrapStep);
  const listener: TransitionListener = (event) => registry.events(event.after.workflow).transition(event, ports.logger);
  const runtime: Runtime = {
    ports,
    definitions,
    space: settings.http.space,
    turns: new KeyedTurns(),
    worker: createWorker({
      ports,
      definitions,
      settings: settings.engine,
      listener,
    }),
    sweep: (scheduledAt) => sweep(scheduledAt, ports, settings.engine),
    deadLetters: createDeadLetterDrain({ ports, definitions, listener }),
    deadLetterArn: settings.deadLetterArn,
    http: createHttpApp({
      routes,
      middleware,
      auths,
      settings: settings.http,
      clock: ports.clock,
      logger: ports.logger,
    }),
  };
  registry.bind(runtime);
  noteRuntime(runtime);
  return runtime;
}
