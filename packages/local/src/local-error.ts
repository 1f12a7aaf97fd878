import { CodedError } from "@stephooks/core";

/**
 * - `bundle-failed`: importing the bundle threw.
 * - `no-handler`: the bundle does not export a handler made by `app.init()`.
 * - `process-failed`: one of the stack's processes did not come up.
 * - `port-taken`: somebody else listens where the stack was to.
 * - `invalid-duration`: the clock was to be set forward by something that is no duration.
 * - `bad-template`: a template cannot be run here: it is not one that `stephooks build` wrote.
 * - `not-idle`: the clock cannot be set forward, as the app's work does not come to an end.
 */
export type LocalErrorCode =
  | "bundle-failed"
  | "no-handler"
  | "process-failed"
  | "port-taken"
  | "invalid-duration"
  | "bad-template"
  | "not-idle";

export class LocalError extends CodedError<LocalErrorCode> {}
