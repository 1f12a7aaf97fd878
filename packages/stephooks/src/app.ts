import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { WorkflowOptions } from "@stephooks/engine";
import { AppRegistry } from "./app-registry.ts";
import type { CrudOptions, CrudSchemas, EventHooks } from "./crudlify/index.ts";
import type { CronFunction, CronOptions } from "./crons/index.ts";
import type { StaticOptions } from "./files/index.ts";
import { currentRuntime } from "./host/current-runtime.ts";
import { lambdaHandler, type LambdaHandler } from "./host/lambda-handler.ts";
import {
  AuthList,
  type MiddlewareArguments,
  MiddlewareList,
  type PathSource,
  type RouteHandler,
  RouteTable,
} from "./http/index.ts";
import type { WorkerFunction, WorkerOptions } from "./jobs/index.ts";
import type { Steps, UntypedState } from "./step.ts";
import { internalFetch } from "./internal-fetch.ts";
import type { OpenApiConfig } from "./openapi/index.ts";
import { channelRegistration, type RegisterChannel } from "./realtime/index.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflowHandle } from "./workflow-handle.ts";

/** Options of `createWorkflow`; a schema in `state` types the state and checks what `start` is given. */
export interface CreateWorkflowOptions<State> extends WorkflowOptions {
  readonly state?: StandardSchemaV1<unknown, State>;
}

/** What an app's entry file registers its parts on. Registering runs nothing. */
export interface App {
  /** The first registered route that matches answers; `:name` is one segment, `*` is anything. */
  get(path: PathSource, ...handlers: readonly RouteHandler[]): void;
  post(path: PathSource, ...handlers: readonly RouteHandler[]): void;
  put(path: PathSource, ...handlers: readonly RouteHandler[]): void;
  patch(path: PathSource, ...handlers: readonly RouteHandler[]): void;
  delete(path: PathSource, ...handlers: readonly RouteHandler[]): void;
  /** Every method. */
  all(path: PathSource, ...handlers: readonly RouteHandler[]): void;
  /** Middleware for every matched route, or for the routes whose whole path matches the first argument. */
  use(...args: MiddlewareArguments): void;
  /** As `use` with a path; without a function it does nothing. */
  useRoute(path: PathSource, ...handlers: readonly (RouteHandler | undefined)[]): void;
  /** Decides about requests without a key on matching paths: `next()` lets them in, `next(error)` refuses them. */
  auth(path: PathSource, ...hooks: readonly RouteHandler[]): void;
  /**
   * Registers a workflow. The first key of `steps` is the first step; each step ends by calling `goto`.
   *
   * @throws EngineError `invalid-definition`, StephooksError `duplicate-workflow`.
   */
  createWorkflow<Names extends string, State extends object = UntypedState>(
    name: string,
    description: string,
    steps: Steps<Names, State>,
    options?: CreateWorkflowOptions<State>,
  ): Workflow<State>;
  /**
   * Registers the functions that work on the jobs of a topic, which `enqueue` makes: `req.body` is `{ _id, topic, payload,
   * jobId, _created }`. A second registration of a topic replaces the first.
   *
   * @throws StephooksError `invalid-worker`, `invalid-handler`.
   */
  worker(topic: string, worker: WorkerFunction, options?: WorkerOptions): void;
  worker(topic: string, ...workers: readonly WorkerFunction[]): void;
  /** The same as {@link worker}. */
  queue(topic: string, worker: WorkerFunction, options?: WorkerOptions): void;
  queue(topic: string, ...workers: readonly WorkerFunction[]): void;
  /**
   * Runs functions at the times of a cron expression: five fields, or six with seconds first, in UTC unless option
   * `timeZone` says otherwise. One run per tick, tried again when it throws.
   *
   * @throws CronError, StephooksError `invalid-job`, `invalid-handler`.
   */
  job(expression: string, run: CronFunction, options?: CronOptions): void;
  job(expression: string, ...runs: readonly CronFunction[]): void;
  /** Serves files of the deployed source, to everybody. `hook` runs before each. */
  static(options?: StaticOptions, hook?: RouteHandler): void;
  /** Serves saved files, to everybody: those that a browser would run as downloads. `hook` runs before each. */
  storage(options?: StaticOptions, hook?: RouteHandler): void;
  /**
   * `views` and `layout` are places in the source, `view engine` is `{ hbs: handlebars }` or `{ ejs }`. `compat` is
   * `"strict"` for codehooks' own behaviour where an app may rely on it (docs/differences.md).
   *
   * @throws StephooksError `invalid-argument` for another `compat`.
   */
  set(key: string, value: unknown): void;
  /** The HTML of a view, given to `done` as codehooks-js does. */
  render(view: string, data: unknown, done: (error: unknown, html?: string) => void): Promise<void>;
  /** `fetch`; a URL that begins with a slash is answered by the app itself, under its own rules for who may call. */
  internalFetch(url: string, options?: RequestInit): Promise<Response>;
  /**
   * The app as a Lambda handler; every call answers the same one. `export default app.init()`. The callback runs once
   * per deployment, before its first event is served; when it throws, requests get 503 and the next event runs it
   * again.
   */
  init(callback?: () => unknown): LambdaHandler;
  /** The same as {@link init}. */
  start(callback?: () => unknown): LambdaHandler;
  /**
   * Routes that list, read, insert, replace, change and remove the documents of collections: those that `schemas` names,
   * validated by a schema of zod or yup, a JSON Schema, or not (null); without schemas all collections. What it answers
   * takes functions to run before and after changes.
   *
   * @throws StephooksError `invalid-schema`, `invalid-path`.
   */
  crudlify(schemas?: CrudSchemas, options?: CrudOptions): Promise<EventHooks>;
  /**
   * Serves the OpenAPI 3.0 document of the app's routes at `/openapi.json`, and a page to read and try it at `uiPath`
   * (default `/docs`), to whoever may call the app: everybody with `config.public`. Routes of any later call count, too.
   *
   * @throws StephooksError `invalid-path`.
   */
  openapi(config?: OpenApiConfig, uiPath?: string): App;
  /** The same as `realtime.createChannel`. */
  readonly realtime: RegisterChannel;
}

export function createApp(): App {
  const registry = new AppRegistry({
    routes: new RouteTable(),
    middleware: new MiddlewareList(),
    auths: new AuthList(),
  });
  const handler = lambdaHandler(registry);
  const on =
    (method: string) =>
    (path: PathSource, ...handlers: readonly RouteHandler[]) => {
      registry.routes.add(method, path, handlers);
    };
  const init = (callback?: unknown): LambdaHandler => {
    if (typeof callback === "function") registry.startup = () => Reflect.apply(callback, undefined, []);
    return handler;
  };
  const app: App = {
    get: on("GET"),
    post: on("POST"),
    put: on("PUT"),
    patch: on("PATCH"),
    delete: on("DELETE"),
    all: on("*"),
    use: (...args) => registry.middleware.add(...args),
    useRoute: (path, ...handlers) => registry.middleware.addRoute(path, ...handlers),
    auth: (path, ...hooks) => registry.auths.add(path, hooks),
    createWorkflow: (name, description, steps, options) => {
      registry.addWorkflow({ name, description, steps, options: options ?? {} }, options?.state);
      registry.events(name).created(name, description);
      return createWorkflowHandle(name, description, registry);
    },
    worker: (topic: string, ...args: readonly unknown[]) => registry.workers.add(topic, args),
    queue: (topic: string, ...args: readonly unknown[]) => registry.workers.add(topic, args),
    job: (expression: string, ...args: readonly unknown[]) => registry.addCron(expression, args),
    static: (options, hook) => registry.addFiles("deployed", options, hook),
    storage: (options, hook) => registry.addFiles("stored", options, hook),
    set: (key, value) => registry.set(key, value),
    render: async (view, data, done) => {
      const rendered = await currentRuntime()
        .render(view, data)
        .then(
          (html) => ({ html }),
          (error: unknown) => ({ error }),
        );
      if ("html" in rendered) done(null, rendered.html);
      else done(rendered.error);
    },
    internalFetch: (url, options) => internalFetch(url, options),
    init,
    start: init,
    // It has registered, and thrown, when it returns: an app need not wait for its promise.
    crudlify: (schemas = {}, options = {}) => Promise.resolve(registry.addCrud(schemas, options)),
    openapi: (config = {}, uiPath = "/docs") => {
      registry.addDocs(config, uiPath);
      return app;
    },
    realtime: channelRegistration(registry),
  };
  return app;
}
