import { CodedError } from "@stephooks/core";

/**
 * Refusals, answered with the status in `http-error-response.ts`:
 *
 * - `bad-path`: a path that two layers could read differently.
 * - `method-not-allowed`: no route of this path takes the method, or nothing here ever does.
 * - `unauthorized`: no valid key and no `app.auth` hook for the path.
 * - `forbidden`: an `app.auth` hook did not let the request pass.
 * - `no-route`: nothing is registered for the path.
 * - `body-too-large`, `too-many-fields`: more than the limit.
 * - `malformed-json`, `json-too-deep`: the body is not JSON that can be accepted.
 * - `unsupported-encoding`: a compressed body.
 * - `unreadable-body`: the body broke off.
 *
 * Faults of the app, answered with 500:
 *
 * - `handler-error`: a function called `next(error)`.
 * - `unanswered-middleware`: a middleware neither answered nor called `next`.
 * - `unhandled-error`: a function threw something without a code.
 * - `invalid-status`, `invalid-header`: a response that HTTP cannot carry.
 *
 * Thrown while the app starts:
 *
 * - `invalid-path`, `invalid-handler`: a registration that could never work.
 * - `invalid-access`: the configured key is not a SHA-256.
 *
 * Given up by the host:
 *
 * - `handler-timeout`: a function did not settle in the time the invocation had.
 *
 * Of the app's own API:
 *
 * - `no-host`: a workflow was used outside an invocation, where there is no table and no queue.
 * - `duplicate-workflow`: a second workflow of the same name.
 * - `unsupported`: a call of codehooks-js that this version does not have.
 */
export type StephooksErrorCode =
  | "bad-path"
  | "method-not-allowed"
  | "unauthorized"
  | "forbidden"
  | "no-route"
  | "body-too-large"
  | "too-many-fields"
  | "malformed-json"
  | "json-too-deep"
  | "unsupported-encoding"
  | "unreadable-body"
  | "handler-error"
  | "unanswered-middleware"
  | "unhandled-error"
  | "invalid-status"
  | "invalid-header"
  | "invalid-path"
  | "invalid-handler"
  | "invalid-access"
  | "handler-timeout"
  | "no-host"
  | "duplicate-workflow"
  | "unsupported";

/** What this package throws or answers with. */
export class StephooksError extends CodedError<StephooksErrorCode> {}
