import { CodedError } from "@stephooks/core";

/**
 * - `bundle-failed`: importing the bundle threw.
 * - `no-handler`: the bundle does not export a handler made by `app.init()`.
 * - `process-failed`: one of the stack's processes did not come up.
 * - `port-taken`: somebody else listens where the stack was to.
 */
export type LocalErrorCode = "bundle-failed" | "no-handler" | "process-failed" | "port-taken";

export class LocalError extends CodedError<LocalErrorCode> {}
