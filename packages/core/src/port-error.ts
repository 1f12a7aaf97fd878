import { CodedError } from "./coded-error.ts";

/**
 * The closed set of failures a port may reject with. Expected refusals (a failed condition) are values, not errors.
 *
 * - `throttled`: the service asked to slow down; nothing was applied.
 * - `unavailable`: no answer, or a 5xx; the call may have been applied.
 * - `timeout`: no answer in time; the call may have been applied.
 * - `too-large`: the item or message exceeds the service's limit; nothing was applied.
 * - `denied`: credentials or policy; nothing was applied.
 * - `missing-resource`: the table or queue does not exist; nothing was applied.
 * - `invalid`: the service refused the request as malformed; nothing was applied.
 * - `corrupt`: what is stored cannot be read as what we write.
 */
export type PortErrorCode =
  | "throttled"
  | "unavailable"
  | "timeout"
  | "too-large"
  | "denied"
  | "missing-resource"
  | "invalid"
  | "corrupt";

/** What a store, queue or source rejects with. */
export class PortError extends CodedError<PortErrorCode> {
  /** True when the call may have taken effect although it failed: the caller must find out, not assume. */
  get mayHaveApplied(): boolean {
    return this.code === "unavailable" || this.code === "timeout";
  }
}
