import { createHash, timingSafeEqual } from "node:crypto";
import type { Logger } from "@stephooks/core";
import type { AuthList } from "./auth-list.ts";
import { callHandler, type Exchange } from "./call-handler.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { HttpRequest } from "./http-request.ts";
import { logFailure } from "./log-failure.ts";
import type { RouteHandler } from "./route-handler.ts";

/**
 * Who may call the app.
 *
 * - `open`: everybody, and `app.auth` hooks are not run: the local host without a key.
 * - `keys`: who sends the key whose SHA-256 (64 hexadecimal digits; empty means no key) is configured, and whoever
 *   an `app.auth` hook lets pass. All else is refused.
 */
export type AccessSettings =
  | { readonly mode: "open" }
  | { readonly mode: "keys"; readonly apiKeySha256?: string | undefined };

export type AuthDecision =
  | { readonly kind: "allowed" }
  /** A hook ended the response: that is the answer. */
  | { readonly kind: "answered" }
  | { readonly kind: "refused"; readonly error: StephooksError };

/** Decides about requests; `req.params` is set from the hook's path while its functions run. */
export type ApiAuth = (exchange: Exchange) => Promise<AuthDecision>;

/** Throws `invalid-access` when the configured key is not a SHA-256. */
export function createApiAuth(access: AccessSettings, auths: AuthList, logger: Logger): ApiAuth {
  if (access.mode === "open") return async () => ({ kind: "allowed" });
  const expected = parseDigest(access.apiKeySha256 ?? "");
  return async (exchange) => {
    if (expected !== undefined && sendsKey(exchange.req, expected)) return { kind: "allowed" };
    const match = auths.match(exchange.req.apiPath);
    if (match === undefined) return { kind: "refused", error: unauthorized(expected !== undefined) };
    exchange.req.params = match.params;
    return runHooks(match.hooks, exchange, logger);
  };
}

function parseDigest(hex: string): Buffer | undefined {
  if (hex === "") return undefined;
  if (/^[0-9a-f]{64}$/i.test(hex)) return Buffer.from(hex, "hex");
  throw new StephooksError(
    "invalid-access",
    "The API key must be configured as the 64 hexadecimal digits of its SHA-256, never as the key itself.",
  );
}

/** Keys are compared by digest: equal length always, and a shared beginning of two keys shows nowhere. */
function sendsKey(req: HttpRequest, expected: Buffer): boolean {
  return [req.headers["x-apikey"], req.query["apikey"]].some(
    (key) =>
      typeof key === "string" && key !== "" && timingSafeEqual(createHash("sha256").update(key).digest(), expected),
  );
}

async function runHooks(hooks: readonly RouteHandler[], exchange: Exchange, logger: Logger): Promise<AuthDecision> {
  for (const hook of hooks) {
    const outcome = await callHandler(hook, exchange);
    switch (outcome.kind) {
      case "next":
        continue;
      case "answered":
        return { kind: "answered" };
      case "refused":
        return denied(refusalText(outcome.error));
      case "threw":
        logFailure({ logger, req: exchange.req }, "auth hook threw", outcome.error);
        return outcome.answered
          ? { kind: "answered" }
          : denied("An app.auth hook failed; the app's log has the details.");
      case "silent":
        return denied("The app.auth hook of this path neither called next() nor answered.");
    }
  }
  return { kind: "allowed" };
}

/** What a hook passed to `next` is meant for the caller; an object other than an error may hold anything. */
function refusalText(error: unknown): string {
  if (typeof error === "string") return error;
  return error instanceof Error ? error.message : "An app.auth hook refused the request.";
}

function denied(message: string): AuthDecision {
  return { kind: "refused", error: new StephooksError("forbidden", message) };
}

function unauthorized(hasKey: boolean): StephooksError {
  const fix = hasKey
    ? "Send the API key in the x-apikey header, or open this path with app.auth."
    : "No API key is configured: deploy with one, or open this path with app.auth.";
  return new StephooksError("unauthorized", fix);
}
