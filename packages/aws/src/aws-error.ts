import { CodedError } from "@stephooks/core";

/**
 * - `unknown-event`: Lambda was invoked with something that is neither an HTTP request nor an SQS batch.
 * - `bad-event`: an event of a known kind whose content cannot be what it says.
 * - `missing-setting`: an environment variable the handler needs is not set.
 * - `bad-setting`: an environment variable is set to something it cannot be.
 * - `provision-failed`: the table or a queue could not be created or changed.
 */
export type AwsErrorCode = "unknown-event" | "bad-event" | "missing-setting" | "bad-setting" | "provision-failed";

/** Failures around the ports: events, settings, set-up. Calls through the ports reject with core's `PortError`. */
export class AwsError extends CodedError<AwsErrorCode> {}
