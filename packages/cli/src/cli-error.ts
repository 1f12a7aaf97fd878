import { CodedError } from "@stephooks/core";

/**
 * - `build-failed`: the entry file or something it imports cannot be bundled.
 * - `bad-usage`: the command line makes no sense.
 * - `unknown-key`: no API key, or more than one, is meant.
 */
export type CliErrorCode = "build-failed" | "bad-usage" | "unknown-key";

export class CliError extends CodedError<CliErrorCode> {}
