import type { Logger } from "@stephooks/core";
import { callHandler, type Exchange } from "./call-handler.ts";
import { errorText } from "./error-text.ts";
import { StephooksError } from "../stephooks-error.ts";
import { HttpError } from "./http-error.ts";
import { logFailure } from "./log-failure.ts";
import type { RouteHandler } from "./route-handler.ts";

/** The functions of one request, in the order they run. */
export interface RoutePlan {
  readonly middleware: readonly RouteHandler[];
  readonly handlers: readonly RouteHandler[];
  readonly logger: Logger;
  /** Whether whatever a function throws is a fault of the app, as with codehooks, which knows no codes. */
  readonly strict?: boolean | undefined;
}

/**
 * Runs middleware, then the route's functions, each after the one before has called `next` and settled, until one
 * answers. A route whose promise has settled without an answer leaves the response as it is: 200 with what was written,
 * usually nothing (codehooks documents nothing here). A middleware of that kind is `unanswered-middleware`, where
 * codehooks lets the client wait for ever.
 *
 * Throws what a function threw or gave to `next`, a text as `handler-error`, after logging it; with `strict` anything
 * thrown but an HttpError as `unhandled-error`. Once the response has ended a failure is only logged.
 */
export async function runRoute(plan: RoutePlan, exchange: Exchange): Promise<void> {
  const log = { logger: plan.logger, req: exchange.req };
  for (const [index, handler] of [...plan.middleware, ...plan.handlers].entries()) {
    const outcome = await callHandler(handler, exchange);
    switch (outcome.kind) {
      case "next":
        continue;
      case "answered":
        return;
      case "refused": {
        const error =
          typeof outcome.error === "string" ? new StephooksError("handler-error", outcome.error) : outcome.error;
        logFailure(log, "handler called next with an error", error);
        throw error;
      }
      case "threw":
        logFailure(log, "handler threw", outcome.error);
        if (outcome.answered) return;
        throw plan.strict === true && !(outcome.error instanceof HttpError) ? uncaught(outcome.error) : outcome.error;
      case "silent":
        if (index >= plan.middleware.length) return;
        throw stoppedMiddleware(log);
    }
  }
}

function uncaught(cause: unknown): StephooksError {
  return new StephooksError("unhandled-error", errorText(cause), {}, { cause });
}

function stoppedMiddleware(log: Parameters<typeof logFailure>[0]): StephooksError {
  const error = new StephooksError(
    "unanswered-middleware",
    "A middleware of this path neither answered nor called next(): call one of them on every way through it.",
  );
  logFailure(log, "middleware stopped without an answer", error);
  return error;
}
