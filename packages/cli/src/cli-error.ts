import { CodedError } from "@stephooks/core";

/**
 * - `build-failed`: the entry file or something it imports cannot be bundled.
 * - `bad-usage`: the command line makes no sense.
 * - `unknown-key`: no API key, or more than one, is meant.
 * - `folder-not-empty`: an app was to be created where there is something.
 * - `file-exists`: an app was to be added where files of it are in the way.
 */
export type CliErrorCode = "build-failed" | "bad-usage" | "unknown-key" | "folder-not-empty" | "file-exists";

export class CliError extends CodedError<CliErrorCode> {}
