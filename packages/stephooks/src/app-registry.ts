import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AppManifest } from "@stephooks/core";
import {
  defineWorkflow,
  type HistoryKept,
  type StepFunction,
  type TransitionEvent,
  type WorkflowDefinition,
  type WorkflowOptions,
} from "@stephooks/engine";
import {
  type CrudOptions,
  type CrudRegistration,
  type CrudSchemas,
  type EventHooks,
  registerCrud,
} from "./crudlify/index.ts";
import { CronList, cronWorkflowSource, runAtSource } from "./crons/index.ts";
import { type FileOrigin, registerFiles, type StaticOptions } from "./files/index.ts";
import { type OpenApiConfig, registerDocs, type DocsRegistration } from "./openapi/index.ts";
import type { StartupCallback } from "./host/startup.ts";
import { WorkerList } from "./jobs/index.ts";
import type { AuthList, MiddlewareList, RouteHandler, RouteTable } from "./http/index.ts";
import type { Runtime } from "./runtime.ts";
import { StephooksError } from "./stephooks-error.ts";
import { WorkflowTrace } from "./workflow-channels.ts";
import { WorkflowEvents } from "./workflow-events.ts";

/** A workflow as it was registered. */
export interface WorkflowSource {
  readonly name: string;
  readonly description: string;
  readonly steps: Readonly<Record<string, unknown>>;
  readonly options: WorkflowOptions;
}

/** Puts a function in the place of a step's body, or around it. */
export type StepWrapper = (
  place: { readonly workflow: string; readonly step: string },
  run: StepFunction,
) => StepFunction;

/** Everything one app registered, and the host it is bound to once the first event has come. */
export class AppRegistry {
  readonly definitions = new Map<string, WorkflowDefinition>();
  /** Schemas of start states, by workflow. */
  readonly schemas = new Map<string, StandardSchemaV1>();
  readonly routes: RouteTable;
  readonly middleware: MiddlewareList;
  readonly auths: AuthList;
  readonly workers = new WorkerList(process.env);
  readonly crons = new CronList();
  /** What `app.set` was given. */
  readonly settings = new Map<string, unknown>();
  /** What `app.init` was given to do once per deployment. */
  startup: StartupCallback | undefined;
  readonly #folders = new Set<string>();
  #stored = false;
  readonly #cruds: CrudRegistration[] = [];
  readonly #docs: DocsRegistration[] = [];
  #streams = false;
  readonly #events = new Map<string, WorkflowEvents>();
  readonly #sources = new Map<string, WorkflowSource>();
  /** Of the app's own workflows, while somebody watches. */
  readonly #traces = new Map<string, WorkflowTrace>();
  /** Workflows that this package made: the app did not register them. */
  readonly #system = new Set<string>();
  #runtime: Runtime | undefined;
  #history: HistoryKept | undefined;
  #wrapStep: StepWrapper | undefined;
  #traceStep: StepWrapper | undefined;

  constructor(http: { routes: RouteTable; middleware: MiddlewareList; auths: AuthList }) {
    this.routes = http.routes;
    this.middleware = http.middleware;
    this.auths = http.auths;
    this.#addSystem(runAtSource);
  }

  /** Registers a cron job. @throws CronError, StephooksError `invalid-job`, `invalid-handler`. */
  addCron(expression: unknown, args: readonly unknown[]): void {
    this.#addSystem(cronWorkflowSource(this.crons.add(expression, args)));
  }

  /** Notes that the app has a channel. */
  addChannel(): void {
    this.#streams = true;
  }

  #addSystem(source: WorkflowSource): void {
    this.#system.add(source.name);
    this.addWorkflow(source, undefined);
  }

  /** Serves files. @throws StephooksError `invalid-path`. */
  addFiles(origin: FileOrigin, options: StaticOptions | undefined, hook: RouteHandler | undefined): void {
    const { directory } = registerFiles(this, origin, options, hook);
    if (origin === "stored") this.#stored = true;
    else this.#folders.add(directory === "" ? "/" : directory);
  }

  /** Serves collections. @throws StephooksError `invalid-schema`, `invalid-path`. */
  addCrud(schemas: CrudSchemas, options: CrudOptions): EventHooks {
    const registered = registerCrud(this.routes, schemas, options);
    this.#cruds.push(registered);
    return registered.hooks;
  }

  /** Serves the documentation of the routes. @throws StephooksError `invalid-path`. */
  addDocs(config: OpenApiConfig, uiPath: string): void {
    const { auths, routes, settings } = this;
    const docs = registerDocs({ auths, routes, settings, cruds: this.#cruds }, config, uiPath);
    if (this.strict) docs.makePublic();
    this.#docs.push(docs);
  }

  /** A setting of the app. @throws StephooksError `invalid-argument` for a `compat` that is not `"strict"`. */
  set(key: string, value: unknown): void {
    if (key === "compat" && value !== "strict") {
      throw new StephooksError("invalid-argument", 'compat is "strict", or is not set.');
    }
    this.settings.set(key, value);
    // It counts for what was registered before, too.
    if (key !== "compat") return;
    for (const source of this.#sources.values()) this.#define(source);
    for (const docs of this.#docs) docs.makePublic();
  }

  /** Whether the app asked for codehooks' own behaviour. */
  get strict(): boolean {
    return this.settings.get("compat") === "strict";
  }

  bind(runtime: Runtime): void {
    this.#runtime = runtime;
  }

  /** From now on every step, of later definitions too, runs as `wrap` makes it; undefined: as it was registered. */
  wrapSteps(wrap: StepWrapper | undefined): void {
    if (wrap === this.#wrapStep) return;
    this.#wrapStep = wrap;
    for (const source of this.#sources.values()) this.#define(source);
  }

  /** What workflows keep of their history that do not say it themselves; undefined: the engine's default. */
  keepHistory(history: HistoryKept | undefined): void {
    if (history === this.#history) return;
    this.#history = history;
    for (const source of this.#sources.values()) this.#define(source);
  }

  /** From now on `trace` makes what runs around every step, listeners included, whatever the host puts in its place. */
  traceSteps(trace: StepWrapper): void {
    this.#traceStep = trace;
    for (const source of this.#sources.values()) this.#define(source);
  }

  /** @throws StephooksError `no-host` before the first event. */
  runtime(user: string): Runtime {
    if (this.#runtime) return this.#runtime;
    throw new StephooksError(
      "no-host",
      `"${user}" was used before the first event, so there is no table and no queue yet. Use workflows inside routes and steps, and run the app with the local stack or on Lambda.`,
    );
  }

  /** @throws EngineError `invalid-definition`, StephooksError `duplicate-workflow`. */
  addWorkflow(source: WorkflowSource, schema: StandardSchemaV1 | undefined): void {
    const { name } = source;
    if (this.definitions.has(name)) {
      throw new StephooksError(
        "duplicate-workflow",
        `A workflow "${name}" is registered already. Choose another name.`,
      );
    }
    const trace = this.#system.has(name) ? undefined : WorkflowTrace.of(name, source.steps);
    if (trace) this.#traces.set(name, trace);
    this.#define(source);
    if (schema) this.schemas.set(name, schema);
    trace?.announce();
  }

  /** Tells whoever watches of a committed transition. */
  committed(event: TransitionEvent): void {
    const { workflow } = event.after;
    this.#traces.get(workflow)?.committed(event, this.definitions.get(workflow)?.onError);
  }

  /** Options given after creation, on top of those given at creation. @throws EngineError `invalid-definition`. */
  configure(name: string, options: WorkflowOptions): void {
    const source = this.#sources.get(name);
    if (source) this.#define({ ...source, options: { ...source.options, ...options } });
  }

  #define(source: WorkflowSource): void {
    const { description, name, steps } = source;
    const options = this.#history === undefined ? source.options : { history: this.#history, ...source.options };
    const definition = defineWorkflow(name, description, steps, this.strict ? strictOptions(options) : options);
    const trace = this.#traces.get(name);
    // What stands in for a body is not the app's: only the body itself is traced.
    const seen = trace ? wrapped(definition, ({ step }, run) => trace.around(step, run)) : definition;
    const inner = this.#wrapStep ? wrapped(seen, this.#wrapStep) : seen;
    const events = this.events(name);
    const heard = wrapped(inner, (_place, run) => events.aroundStep(run));
    this.definitions.set(name, this.#traceStep ? wrapped(heard, this.#traceStep) : heard);
    this.#sources.set(name, source);
  }

  /** The listeners of a workflow. */
  events(name: string): WorkflowEvents {
    const events = this.#events.get(name) ?? new WorkflowEvents();
    this.#events.set(name, events);
    return events;
  }

  /** What rendering reads. */
  #views(): readonly string[] {
    const named = [this.settings.get("views"), this.settings.get("layout")];
    return named.filter((name) => typeof name === "string");
  }

  #ownDefinitions(): readonly WorkflowDefinition[] {
    return [...this.definitions.values()].filter(({ name }) => !this.#system.has(name));
  }

  manifest(): AppManifest {
    return {
      version: 1,
      workflows: this.#ownDefinitions().map((definition) => ({
        name: definition.name,
        description: definition.description,
        steps: [...definition.steps.keys()],
        longestStepTimeout: longestTimeout(definition),
      })),
      routes: this.routes.list().map(({ method, pattern }) => ({
        method,
        path: pattern.text,
        hooks: this.auths.covering(pattern),
      })),
      authPaths: this.auths.paths(),
      files: { source: [...this.#folders, ...this.#views()], stored: this.#stored },
      workers: this.workers.manifest(),
      crons: this.crons.manifest(),
      streams: this.#streams,
    };
  }
}

function wrapped(definition: WorkflowDefinition, wrap: StepWrapper): WorkflowDefinition {
  const steps = [...definition.steps].map(
    ([step, { run, ...rest }]) => [step, { ...rest, run: wrap({ workflow: definition.name, step }, run) }] as const,
  );
  return { ...definition, steps: new Map(steps) };
}

/** codehooks' defaults: three visits of a step, and no second attempt. */
function strictOptions(options: WorkflowOptions): WorkflowOptions {
  const { maxStepCount, maxRetries = 0 } = options;
  return { ...options, maxStepCount: maxStepCount || 3, maxRetries };
}

function longestTimeout(definition: WorkflowDefinition): number {
  return Math.max(...[...definition.steps.values()].map((step) => step.timeout));
}
