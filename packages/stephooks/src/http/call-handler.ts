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
  /** Settles when the response has ended for the functions. */
  readonly ended: () => Promise<void>;
  /** Settles when the work that the functions began without awaiting it has settled. */
  readonly pending: () => Promise<void>;
}

/**
 * Calls one function and waits until it has said what it does.
 *
 * One that returns a promise is waited for until that has settled and, if it neither answered nor called `next` by
 * then, until the work it began has. One that returns none may answer from any callback, as in Express: it is waited
 * for until it does, and the host's time is the only limit. Later calls of `next` have no effect.
 */
export async function callHandler(handler: RouteHandler, exchange: Exchange): Promise<HandlerOutcome> {
  const { ended, req, res, pending } = exchange;
  let decided: (() => void) | undefined;
  let called: { readonly error: unknown } | undefined;
  let calls = 0;
  try {
    const returned = handler(req, res, (error) => {
      called ??= { error };
      calls += 1;
      decided?.();
    });
    if (isThenable(returned)) {
      await returned;
      if (called === undefined && !res.writableEnded) await pending();
    } else if (called === undefined && !res.writableEnded) {
      await Promise.race([ended(), new Promise<void>((resolve) => (decided = resolve))]);
    }
  } catch (error) {
    return { kind: "threw", error, answered: res.writableEnded };
  }
  if (res.writableEnded) return { kind: "answered" };
  if (called === undefined) return { kind: "silent" };
  return called.error === undefined || called.error === null
    ? { kind: "next", again: calls > 1 }
    : { kind: "refused", error: called.error };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
