import type { HttpRequest } from "./http-request.ts";
import type { HttpResponse } from "./http-response.ts";
import type { RouteHandler } from "./route-handler.ts";

/** What one function did with the request. */
export type HandlerOutcome =
  /** It ended the response. Wins over a call of `next`: what was refused must not go on. */
  | { readonly kind: "answered" }
  | { readonly kind: "next"; /** It called `next` more than once. */ readonly again: boolean }
  /** It called `next(error)`. */
  | { readonly kind: "refused"; readonly error: unknown }
  /** It threw or rejected; `answered` when it had ended the response before. */
  | { readonly kind: "threw"; readonly error: unknown; readonly answered: boolean }
  /** It settled without any of these. */
  | { readonly kind: "silent" };

/** One request on its way through the app's functions. */
export interface Exchange {
  readonly req: HttpRequest;
  readonly res: HttpResponse;
  /** Settles when the work that the functions began without awaiting it has settled. */
  readonly pending: () => Promise<void>;
}

/**
 * Calls one function and waits until it has settled. A function that returns early and answers or calls `next` from
 * work it began is given until that work has settled. Later calls of `next` have no effect.
 */
export async function callHandler(handler: RouteHandler, exchange: Exchange): Promise<HandlerOutcome> {
  const { req, res, pending } = exchange;
  let called: { readonly error: unknown } | undefined;
  let calls = 0;
  try {
    await handler(req, res, (error) => {
      called ??= { error };
      calls += 1;
    });
  } catch (error) {
    return { kind: "threw", error, answered: res.writableEnded };
  }
  if (called === undefined && !res.writableEnded) await pending();
  if (res.writableEnded) return { kind: "answered" };
  if (called === undefined) return { kind: "silent" };
  return called.error === undefined || called.error === null
    ? { kind: "next", again: calls > 1 }
    : { kind: "refused", error: called.error };
}
