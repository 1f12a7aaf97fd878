import type { ApiKeyStore, Clock, Logger } from "@stephooks/core";
import type { AuthList } from "./auth-list.ts";
import { callHandler } from "./call-handler.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { AppRequest } from "./app-request.ts";
import { HttpError } from "./http-error.ts";
import { JwtCheck, type JwtSettings } from "./jwt-check.ts";
import { KeyCheck, type KeyVerdict } from "./key-check.ts";
import { logFailure } from "./log-failure.ts";
import type { ServedExchange } from "./open-exchange.ts";
import type { RouteHandler } from "./route-handler.ts";

/**
 * Who may call the app.
 *
 * - `open`: everybody, and `app.auth` hooks are not run: the local host without a key.
 * - `keys`: who sends a key that is configured or stored, or a token of the configured issuer, and whoever an
 *   `app.auth` hook lets pass. All else is refused.
 */
export type AccessSettings =
  | { readonly mode: "open" }
  | {
      readonly mode: "keys";
      /** SHA-256 of one key that may do everything: 64 hexadecimal digits; empty means none. */
      readonly apiKeySha256?: string | undefined;
      readonly apiKeys?: Pick<ApiKeyStore, "find"> | undefined;
      readonly jwt?: JwtSettings | undefined;
    };

export type AuthDecision =
  | { readonly kind: "allowed" }
  /** A hook ended the response: that is the answer. */
  | { readonly kind: "answered" }
  | { readonly kind: "refused"; readonly error: unknown };

/**
 * Decides about requests; `req.params` is set from the hook's path while its functions run. Rejects with a refusal of
 * the body when a hook is there to see it.
 */
export type ApiAuth = (exchange: ServedExchange) => Promise<AuthDecision>;

const allowed: AuthDecision = { kind: "allowed" };

/**
 * How long a hook that returned no promise may take to decide from a callback, milliseconds. Whoever waits here has
 * shown nothing yet, so it is far less than a handler's time.
 */
const PATIENCE = 5_000;

/** Throws `invalid-access` when the configured key is not a SHA-256. */
export function createApiAuth(
  access: AccessSettings,
  { auths, clock, logger }: { readonly auths: AuthList; readonly clock: Clock; readonly logger: Logger },
): ApiAuth {
  if (access.mode === "open") return async () => allowed;
  const keys = new KeyCheck({ ...access, clock });
  const jwt = access.jwt === undefined ? undefined : new JwtCheck(access.jwt, clock);
  return async (exchange) => {
    const byKey = await decideByKey(exchange.req, keys);
    if (byKey === allowed) return allowed;
    const byToken = jwt === undefined ? undefined : await decideByToken(exchange.req, jwt);
    if (byToken === allowed) return allowed;
    const match = auths.match(exchange.req.method, exchange.req.apiPath);
    if (match === undefined) return byKey ?? byToken ?? { kind: "refused", error: unauthorized(keys.hasKeys) };
    exchange.req.params = match.params;
    await exchange.readBody();
    return runHooks(match.hooks, withPatience(exchange, clock), logger);
  };
}

/** The exchange as hooks have it: one that stays silent is not waited for as a handler is. */
function withPatience(exchange: ServedExchange, clock: Clock): ServedExchange {
  const ended = async (): Promise<void> => {
    const over = Promise.withResolvers<void>();
    const cancel = clock.timer(PATIENCE, over.resolve);
    await Promise.race([exchange.ended(), over.promise]);
    cancel();
  };
  return { ...exchange, ended };
}

/** Undefined when no key was sent that says anything. */
async function decideByKey(req: AppRequest, keys: KeyCheck): Promise<AuthDecision | undefined> {
  const { apikey } = req.query;
  let decision: AuthDecision | undefined;
  for (const key of [req.headers["x-apikey"], apikey]) {
    const verdict = await keys.verdict(key, req.ip).catch((error: unknown) => ({ kind: "failed", error }) as const);
    decision = verdict.kind === "failed" ? { kind: "refused", error: verdict.error } : ofVerdict(verdict, req.method);
    if (decision === allowed) {
      // It was no datum of the app: a query that becomes a filter must not look for it.
      if (key === apikey) delete req.query["apikey"];
      return allowed;
    }
    if (decision !== undefined) return decision;
  }
  return decision;
}

function ofVerdict(verdict: KeyVerdict, method: string): AuthDecision | undefined {
  switch (verdict.kind) {
    case "allowed":
      return verdict.access === "read-write" || method === "GET" || method === "HEAD" ? allowed : readOnly;
    case "limited":
      return tooMany;
    case "unknown":
      return undefined;
  }
}

const readOnly = refused("forbidden", "This API key is read-only: it may GET and HEAD. Use a read-write key.");
const tooMany = refused("too-many-attempts", "Too many wrong API keys came from this address. Try again in a minute.");

async function decideByToken(req: AppRequest, jwt: JwtCheck): Promise<AuthDecision | undefined> {
  const { authorization } = req.headers;
  if (authorization === undefined) return undefined;
  try {
    const claims = await jwt.claims(authorization);
    if (claims === undefined) return refused("unauthorized", "Unable to verify token (JWKS)");
    req.jwt = claims;
    return allowed;
  } catch (error) {
    return { kind: "refused", error };
  }
}

async function runHooks(
  hooks: readonly RouteHandler[],
  exchange: ServedExchange,
  logger: Logger,
): Promise<AuthDecision> {
  for (const hook of hooks) {
    const outcome = await callHandler(hook, exchange);
    switch (outcome.kind) {
      case "next":
        // Yes and then something else, as after a forgotten return: whatever was meant, it is no yes.
        if (outcome.again) return refused("forbidden", "The app.auth hook of this path called next() more than once.");
        continue;
      case "answered":
        return { kind: "answered" };
      case "refused":
        return outcome.error instanceof HttpError ? outcome : refused("forbidden", refusalText(outcome.error));
      case "threw":
        logFailure({ logger, req: exchange.req }, "auth hook threw", outcome.error);
        if (outcome.answered) return { kind: "answered" };
        return outcome.error instanceof HttpError
          ? { kind: "refused", error: outcome.error }
          : refused("forbidden", "An app.auth hook failed; the app's log has the details.");
      case "silent":
        return refused("forbidden", "The app.auth hook of this path neither called next() nor answered.");
    }
  }
  return allowed;
}

/** What a hook passed to `next` is meant for the caller; an object other than an error may hold anything. */
function refusalText(error: unknown): string {
  if (typeof error === "string") return error;
  return error instanceof Error ? error.message : "An app.auth hook refused the request.";
}

function refused(code: "forbidden" | "too-many-attempts" | "unauthorized", message: string): AuthDecision {
  return { kind: "refused", error: new StephooksError(code, message) };
}

function unauthorized(hasKeys: boolean): StephooksError {
  const fix = hasKeys
    ? "Send the API key in the x-apikey header, or open this path with app.auth."
    : "No API key is configured: deploy with one, or open this path with app.auth.";
  return new StephooksError("unauthorized", fix);
}
