import type { Clock, Logger } from "@stephooks/core";
import { type AccessSettings, type ApiAuth, createApiAuth } from "./api-auth.ts";
import type { Render } from "./app-response.ts";
import type { AuthList } from "./auth-list.ts";
import { type CorsRules, corsRules, isPreflight } from "./cors.ts";
import type { StephooksError } from "../stephooks-error.ts";
import { errorAnswer, errorResponse, type ErrorStyle } from "./http-error-response.ts";
import { logFailure } from "./log-failure.ts";
import type { MiddlewareList } from "./middleware-list.ts";
import { openExchange, type ServedExchange } from "./open-exchange.ts";
import { type RouteDispatch, routeDispatch } from "./route-dispatch.ts";
import type { RouteTable } from "./route-table.ts";

export interface HttpSettings {
  readonly access: AccessSettings;
  /** Name of the space that is cut from the front of paths; empty for none. */
  readonly space: string;
  /** Messages and stacks of faults are sent to clients. By default they are where everybody is let in. */
  readonly showDetails?: boolean | undefined;
  /** Bytes; 6 MiB by default, which is what Lambda takes. */
  readonly maxBodyBytes?: number | undefined;
}

export interface HttpAppOptions {
  readonly routes: RouteTable;
  readonly middleware: MiddlewareList;
  readonly auths: AuthList;
  readonly settings: HttpSettings;
  /** Renders views for `res.render`. */
  readonly render?: Render;
  /** Whether answers are codehooks' own where `compat: "strict"` restores them. */
  readonly strict?: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One request as a host received it. */
export interface HttpInput {
  readonly request: Request;
  /** The bytes of the body where the host has them; otherwise the request's own body is read. */
  readonly body?: Uint8Array | undefined;
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

/** An answer whose body may still be written. */
export interface OpenAnswer {
  readonly response: Response;
  /** Settles when the functions of the app have settled. Never rejects. */
  readonly settled: Promise<void>;
}

/** An answer with all of its body. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface HttpApp {
  /** The whole answer. Never rejects. Resolves when the functions of the app have settled, not when they answered. */
  answer(input: HttpInput): Promise<WholeAnswer>;
  /** The same as a Fetch response. */
  handle(input: HttpInput): Promise<Response>;
  /** The answer as soon as its status and headers are fixed; its body follows. Never rejects. */
  open(input: HttpInput): Promise<OpenAnswer>;
}

/**
 * Serves what an app registered. Each request goes through, in this order: method, canonical path, auth, route, body,
 * middleware, the route's functions. Auth comes before the route, so who may not enter cannot learn what exists; the
 * body is read for an `app.auth` hook and after auth, so who has neither key nor hook causes no work.
 *
 * Routes are read once, here: one registered later is not served. Throws `invalid-access` for a wrong key setting.
 */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { access } = options.settings;
  const server: Server = {
    auth: createApiAuth(access, options),
    cors: corsRules(access),
    dispatch: routeDispatch(options),
    errors: {
      showDetails: options.settings.showDetails ?? access.mode === "open",
      strict: options.strict === true,
    },
    options,
  };
  const answer = async (input: HttpInput): Promise<WholeAnswer> => {
    const whole = await answered(input, server);
    server.cors.apply(whole.headers, input.request);
    return isHead(input) ? { ...whole, body: noBytes } : whole;
  };
  return {
    answer,
    handle: async (input) => {
      const { body, headers, status } = await answer(input);
      return new Response(body.byteLength === 0 ? null : body, { headers, status });
    },
    open: async (input) => {
      const { response, settled } = await opened(input, server);
      server.cors.apply(response.headers, input.request);
      if (!isHead(input)) return { response, settled };
      void response.body?.cancel();
      return { response: new Response(null, response), settled };
    },
  };
}

const noBytes = new Uint8Array();

function isHead({ method, request }: HttpInput): boolean {
  return (method ?? request.method) === "HEAD";
}

interface Server {
  readonly auth: ApiAuth;
  readonly cors: CorsRules;
  readonly dispatch: RouteDispatch;
  readonly errors: ErrorStyle;
  readonly options: HttpAppOptions;
}

async function answered(input: HttpInput, server: Server): Promise<WholeAnswer> {
  try {
    const exchange = openExchange(input, server.options);
    try {
      await bounded(run(exchange, server), input);
    } catch (error) {
      // Only time runs out on an answer that is complete: what failed after it has been logged.
      if (!exchange.res.isComplete) throw error;
    }
    return exchange.res.toWholeAnswer();
  } catch (error) {
    return errorAnswer(error, server.errors);
  }
}

async function opened(input: HttpInput, server: Server): Promise<OpenAnswer> {
  try {
    const exchange = openExchange(input, server.options);
    const { res } = exchange;
    res.isStreamed = true;
    const running = bounded(run(exchange, server), input);
    await Promise.race([res.opened, running]);
    // A failure from here on is too late for another status: the body breaks off.
    const settled = running.catch((error: unknown) => res.fail(error));
    return { response: res.toResponse(), settled };
  } catch (error) {
    return { response: errorResponse(error, server.errors), settled: Promise.resolve() };
  }
}

/** Runs the app's functions. Resolves when the answer is complete, and rejects with what to answer instead. */
async function run(exchange: ServedExchange, server: Server): Promise<void> {
  const { res } = exchange;
  const preflight = isPreflight(exchange.req.method, exchange.request);
  if (preflight && !server.dispatch.answers(exchange)) return answerPreflight(exchange, server);
  const decision = await server.auth(exchange);
  if (decision.kind === "refused") {
    // A browser's preflight never carries the key that the request itself will.
    if (preflight) return answerPreflight(exchange, server);
    throw decision.error;
  }
  if (decision.kind === "allowed") await server.dispatch.serve(exchange);
  await exchange.work.settled();
  if (!res.writableEnded) res.close();
  await res.complete().catch((error: unknown) => {
    logFailure({ logger: server.options.logger, req: exchange.req }, "response broke off", error);
    throw error;
  });
}

function answerPreflight({ res }: ServedExchange, { cors }: Server): void {
  const answer = cors.preflight();
  res.status(answer.status).headers(Object.fromEntries(answer.headers)).end();
}

/** Rejects when the host can wait no longer. */
async function bounded(running: Promise<void>, { expired }: HttpInput): Promise<void> {
  if (expired === undefined) return running;
  return Promise.race([
    running,
    expired.then((error) => {
      throw error;
    }),
  ]);
}
