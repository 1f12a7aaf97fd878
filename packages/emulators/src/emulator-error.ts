import { CodedError } from "@stephooks/core";

/**
 * - `binary-missing`: the DynamoDB emulator has no program for this machine.
 * - `did-not-start`: an emulator ended, or did not answer, before it was ready (a taken port, an unreadable file).
 * - `data-in-use`: a running process still has the data file open.
 * - `invocation-failed`: a Lambda function did not answer an event: it could not be loaded, threw, took too long or
 *   ended. `details.errorType` is what Lambda would say.
 */
export type EmulatorErrorCode = "binary-missing" | "did-not-start" | "data-in-use" | "invocation-failed";

/** Thrown when an emulator cannot be started, or a Lambda function on it fails. */
export class EmulatorError extends CodedError<EmulatorErrorCode> {}
