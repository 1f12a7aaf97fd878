import { type CodedError, isCodedError, type PortErrorCode, type StateErrorCode } from "@stephooks/core";
import type { CronErrorCode } from "@stephooks/cron";
import type { EngineErrorCode } from "@stephooks/engine";
import type { QueryErrorCode } from "@stephooks/query";
import type { StephooksErrorCode } from "./stephooks-error.ts";

/** Every code that an error of stephooks which reaches an app can have. */
export type ErrorCode =
  | StephooksErrorCode
  | EngineErrorCode
  | StateErrorCode
  | PortErrorCode
  | QueryErrorCode
  | CronErrorCode;

/**
 * Whether stephooks threw this, with one of these codes if any are given. Errors of other libraries are never meant, nor
 * the app's own `HttpError`, whatever codes they have.
 */
export function isStephooksError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is CodedError<Code> {
  return isCodedError(error) && (codes.length === 0 || codes.some((code) => code === error.code));
}
