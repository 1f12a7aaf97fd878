import { CodedError } from "@stephooks/core";

/**
 * - `build-failed`: the entry file or something it imports cannot be bundled.
 * - `bad-usage`: the command line makes no sense.
 */
export type CliErrorCode = "build-failed" | "bad-usage";

export class CliError extends CodedError<CliErrorCode> {}
