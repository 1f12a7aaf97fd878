import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { WorkflowOptions } from "@stephooks/engine";
import { AppRegistry } from "./app-registry.ts";
import { lambdaHandler, type LambdaHandler } from "./host/lambda-handler.ts";
import {
  AuthList,
  type MiddlewareArguments,
  MiddlewareList,
  type PathSource,
  type RouteHandler,
  RouteTable,
} from "./http/index.ts";
import type { Steps, UntypedState } from "./step.ts";
import { StephooksError } from "./stephooks-error.ts";
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
  /** The app as a Lambda handler; every call answers the same one. `export default app.init()`. */
  init(): LambdaHandler;
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
  return {
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
    init: (...args: readonly unknown[]) => {
      if (args.length === 0) return handler;
      throw new StephooksError(
        "unsupported",
        "app.init(callback) is not in this version. Call app.init() and do the callback's work in a route.",
      );
    },
  };
}
