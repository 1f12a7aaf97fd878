import { CodedError } from "@stephooks/core";

/**
 * - `binary-missing`: the DynamoDB emulator has no program for this machine.
 * - `did-not-start`: an emulator ended, or did not answer, before it was ready (a taken port, an unreadable file).
 * - `data-in-use`: a running process still has the data file open.
 */
export type EmulatorErrorCode = "binary-missing" | "did-not-start" | "data-in-use";

/** Thrown when an emulator cannot be started. */
export class EmulatorError extends CodedError<EmulatorErrorCode> {}
