import { causesOf, isCodedError, type Logger } from "@stephooks/core";
import { errorText } from "./error-text.ts";
import { HttpError } from "./http-error.ts";
import { errorStatus } from "./http-error-response.ts";
import type { HttpRequest } from "./http-request.ts";

/** Where failures of one app's functions are written. */
export interface FailureLog {
  readonly logger: Logger;
  readonly req: Pick<HttpRequest, "method" | "apiPath">;
}

/**
 * One line for a function of the app that failed: an error, or information when the code says it was the client's
 * mistake. Query, headers and body stay out: they may hold secrets.
 */
export function logFailure({ logger, req }: FailureLog, event: string, error: unknown): void {
  logger.log(errorStatus(error) < 500 ? "info" : "error", event, {
    method: req.method,
    apiPath: req.apiPath,
    ...(isCodedError(error) || error instanceof HttpError ? { code: error.code } : {}),
    message: errorText(error),
    ...(error instanceof Error ? { stack: (error.stack ?? error.message) + causesOf(error) } : {}),
  });
}
