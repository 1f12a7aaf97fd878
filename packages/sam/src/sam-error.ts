import { CodedError } from "@stephooks/core";

/**
 * - `bad-manifest`: the app's manifest is of another version, or says something a template cannot hold.
 * - `bad-option`: an option of the renderer cannot be used.
 * - `bad-template`: a template that is deployed cannot be read.
 */
export type SamErrorCode = "bad-manifest" | "bad-option" | "bad-template";

/** Thrown before anything is rendered or compared. */
export class SamError extends CodedError<SamErrorCode> {}
