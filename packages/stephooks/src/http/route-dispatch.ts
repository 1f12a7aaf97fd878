import { HonoBase } from "hono/hono-base";
import { METHOD_NAME_ALL } from "hono/router";
import type { Handler, RouterRoute } from "hono/types";
import { StephooksError } from "../stephooks-error.ts";
import type { HttpAppOptions } from "./http-app.ts";
import type { ServedExchange } from "./open-exchange.ts";
import { RegistrationRouter } from "./registration-router.ts";
import type { RouteHandler } from "./route-handler.ts";
import { runRoute } from "./run-route.ts";

/** Hands requests that may enter to the app's routes. */
export interface RouteDispatch {
  /** Whether a route takes the method at this path. */
  answers(exchange: ServedExchange): boolean;
  /** Runs middleware and the route. Throws `no-route`, a refusal of the body, or what the functions threw. */
  serve(exchange: ServedExchange): Promise<void>;
}

interface AppEnv {
  Bindings: { readonly exchange: ServedExchange };
}

/**
 * What hono is told a route answered: the answer itself is in the exchange. Made at the first request: a worker that
 * only gets messages does without what Node loads for it.
 */
let served: Response | undefined;

/** hono with our matching, and so without its own routers. It is given the canonical path, and its handlers are the app's routes. */
export function routeDispatch(options: HttpAppOptions): RouteDispatch {
  const router = new RegistrationRouter<[Handler<AppEnv>, RouterRoute]>();
  for (const { method, path, pattern, handlers } of options.routes.list()) {
    const honoMethod = method === "*" ? METHOD_NAME_ALL : method;
    const handler: Handler<AppEnv> = async (c) => {
      await serveRoute(c.env.exchange, { options, handlers, params: c.req.param() });
      return (served ??= new Response(null));
    };
    // hono's own registering methods take no RegExp, and would rewrite the path.
    router.add(honoMethod, pattern.source, [handler, { basePath: "/", path, method: honoMethod, handler }]);
  }
  const hono = new HonoBase<AppEnv>({ router, getPath: (_request, given) => given?.env?.exchange.req.apiPath ?? "" });
  hono.notFound(({ env }) => {
    throw unmatched(options, env.exchange);
  });
  hono.onError((error) => {
    throw error;
  });
  return {
    answers: ({ req }) => options.routes.match(req.method, req.apiPath).kind === "found",
    serve: async (exchange) => void (await hono.fetch(exchange.request, { exchange })),
  };
}

interface ServedRoute {
  readonly options: HttpAppOptions;
  readonly handlers: readonly RouteHandler[];
  readonly params: Record<string, string>;
}

async function serveRoute(exchange: ServedExchange, { options, handlers, params }: ServedRoute): Promise<void> {
  const { req } = exchange;
  req.params = Object.assign(Object.create(null), params);
  await exchange.readBody();
  const middleware = options.middleware.matching(req.apiPath);
  await runRoute({ middleware, handlers, logger: options.logger, strict: options.strict }, exchange);
}

/** codehooks tells a wrong method no different from a wrong path. The words, spelling included, are its own. */
function unmatched({ routes }: HttpAppOptions, { req }: ServedExchange): StephooksError {
  const match = routes.match(req.method, req.apiPath);
  const allow = match.kind === "wrong-method" ? { allow: match.allowed.join(", ") } : {};
  return new StephooksError("no-route", "No maching routes in code", allow);
}
