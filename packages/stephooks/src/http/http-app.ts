import type { Logger } from "@stephooks/core";
import { Hono } from "hono";
import { METHOD_NAME_ALL } from "hono/router";
import type { Handler, RouterRoute } from "hono/types";
import { type AccessSettings, type ApiAuth, createApiAuth } from "./api-auth.ts";
import type { AuthList } from "./auth-list.ts";
import type { Exchange } from "./call-handler.ts";
import { canonicalPath } from "./canonical-path.ts";
import { StephooksError } from "../stephooks-error.ts";
import { errorResponse } from "./http-error-response.ts";
import { createHttpRequest, type HttpRequest } from "./http-request.ts";
import { BufferedResponse } from "./http-response.ts";
import type { MiddlewareList } from "./middleware-list.ts";
import { parseBody } from "./parse-body.ts";
import { readBody } from "./read-body.ts";
import { RegistrationRouter } from "./registration-router.ts";
import type { RouteHandler } from "./route-handler.ts";
import { httpMethods, type RouteTable } from "./route-table.ts";
import { runRoute } from "./run-route.ts";

/** The largest body accepted unless the settings say otherwise, bytes: what Lambda takes. */
const defaultMaxBodyBytes = 6_291_456;

export interface HttpSettings {
  readonly access: AccessSettings;
  /** Name of the space that is cut from the front of paths; empty for none. */
  readonly space: string;
  /** Bytes; {@link defaultMaxBodyBytes} by default. */
  readonly maxBodyBytes?: number | undefined;
}

export interface HttpAppOptions {
  readonly routes: RouteTable;
  readonly middleware: MiddlewareList;
  readonly auths: AuthList;
  readonly settings: HttpSettings;
  readonly logger: Logger;
}

/** One request as a host received it. */
export interface HttpInput {
  readonly request: Request;
  /** The path as it came, percent-encoded, without query: a `Request` has rewritten its own. */
  readonly rawPath: string;
  /** The method, where Fetch refuses to hold it (`TRACE`, `CONNECT`). */
  readonly method?: string | undefined;
  /** Stage of the API when it is the first segment of `rawPath`. */
  readonly stage?: string | undefined;
  /** Address of the client from the connection, not from a header. */
  readonly ip?: string | undefined;
  /** Settles when everything this request began without awaiting it has settled. By default nothing is waited for. */
  readonly pending?: (() => Promise<void>) | undefined;
  /** Settles when the host can wait no longer, with what to answer unless the response has ended by then. */
  readonly expired?: Promise<StephooksError> | undefined;
}

export interface HttpApp {
  /** Never rejects. Resolves when the functions of the app have settled, not when they have answered. */
  handle(input: HttpInput): Promise<Response>;
}

interface AppEnv {
  Bindings: { readonly exchange: ServedExchange };
}

interface ServedExchange extends Exchange {
  readonly request: Request;
  readonly res: BufferedResponse;
}

/**
 * Serves what an app registered. Each request goes through, in this order: method, canonical path, auth, route, body,
 * middleware, the route's functions. Auth comes before the route, so who may not enter cannot learn what exists; the
 * body is read after both, so who may not enter causes no work.
 *
 * Routes are read once, here: one registered later is not served. Throws `invalid-access` for a wrong key setting.
 */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const auth = createApiAuth(options.settings.access, options.auths, options.logger);
  const showMessages = options.settings.access.mode === "open";
  const router = routerOf(options);
  return {
    handle: async (input) => {
      const response = await serve(input, options, auth, router).catch((error: unknown) =>
        errorResponse(error, showMessages),
      );
      return (input.method ?? input.request.method) === "HEAD" ? new Response(null, response) : response;
    },
  };
}

async function serve(
  input: HttpInput,
  options: HttpAppOptions,
  auth: ApiAuth,
  router: Hono<AppEnv>,
): Promise<Response> {
  const exchange = openExchange(input, options.settings);
  const served = answer(exchange, auth, router);
  if (input.expired === undefined) return served;
  const late = input.expired.then((error) => {
    if (exchange.res.writableEnded) return exchange.res.toResponse();
    throw error;
  });
  return Promise.race([served, late]);
}

async function answer(exchange: ServedExchange, auth: ApiAuth, router: Hono<AppEnv>): Promise<Response> {
  const decision = await auth(exchange);
  switch (decision.kind) {
    case "answered":
      return exchange.res.toResponse();
    case "refused":
      throw decision.error;
    case "allowed":
      return router.fetch(exchange.request, { exchange });
  }
}

function openExchange(input: HttpInput, settings: HttpSettings): ServedExchange {
  const method = input.method ?? input.request.method;
  if (!httpMethods.some((known) => known === method))
    throw methodNotAllowed("Nothing here takes this method.", httpMethods);
  const canonical = canonicalPath(input.rawPath, { space: settings.space, stage: input.stage });
  if (!canonical.ok) throw new StephooksError(canonical.code, `The path ${canonical.reason}.`);
  const { path, apiPath } = canonical;
  return {
    request: input.request,
    req: createHttpRequest({ request: input.request, method, rawPath: input.rawPath, path, apiPath, ip: input.ip }),
    res: new BufferedResponse(),
    pending: input.pending ?? (async () => {}),
  };
}

/** hono with our matching. It is given the canonical path, and its handlers are the app's routes. */
function routerOf(options: HttpAppOptions): Hono<AppEnv> {
  const router = new RegistrationRouter<[Handler<AppEnv>, RouterRoute]>();
  for (const { method, path, pattern, handlers } of options.routes.list()) {
    const honoMethod = method === "*" ? METHOD_NAME_ALL : method;
    const handler: Handler<AppEnv> = (c) => serveRoute(c.env.exchange, { options, handlers, params: c.req.param() });
    // hono's own registering methods take no RegExp, and would rewrite the path.
    router.add(honoMethod, pattern.source, [handler, { basePath: "/", path, method: honoMethod, handler }]);
  }
  const hono = new Hono<AppEnv>({ router, getPath: (_request, given) => given?.env?.exchange.req.apiPath ?? "" });
  hono.notFound(({ env }) => {
    throw unmatched(options.routes, env.exchange.req);
  });
  hono.onError((error) => {
    throw error;
  });
  return hono;
}

interface ServedRoute {
  readonly options: HttpAppOptions;
  readonly handlers: readonly RouteHandler[];
  readonly params: Record<string, string>;
}

async function serveRoute(exchange: ServedExchange, { options, handlers, params }: ServedRoute): Promise<Response> {
  const { request, req, res } = exchange;
  req.params = Object.assign(Object.create(null), params);
  req.rawBytes = await readBody(request, options.settings.maxBodyBytes ?? defaultMaxBodyBytes);
  req.rawBody = Buffer.from(req.rawBytes).toString("utf8");
  req.body = parseBody(req.rawBytes, request.headers.get("content-type") ?? "");
  const middleware = options.middleware.matching(req.apiPath);
  await runRoute({ middleware, handlers, logger: options.logger }, exchange);
  return res.toResponse();
}

function unmatched(routes: RouteTable, req: HttpRequest): StephooksError {
  const match = routes.match(req.method, req.apiPath);
  // The words are codehooks' own, spelling included: its clients look for them.
  if (match.kind !== "wrong-method")
    return new StephooksError("no-route", `No maching routes in code for ${req.method} ${req.apiPath}`);
  return methodNotAllowed(`${req.apiPath} takes ${match.allowed.join(", ")}, not ${req.method}.`, match.allowed);
}

function methodNotAllowed(message: string, allowed: readonly string[]): StephooksError {
  return new StephooksError("method-not-allowed", message, { allow: allowed.join(", ") });
}
