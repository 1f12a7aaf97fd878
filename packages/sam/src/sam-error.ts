import { CodedError } from "@stephooks/core";

/**
 * - `bad-manifest`: the app's manifest is of another version, or says something a template cannot hold.
 * - `bad-option`: an option of the renderer cannot be used.
 * - `bad-template`: a text that is to be read is no template.
 */
export type SamErrorCode = "bad-manifest" | "bad-option" | "bad-template";

/** Thrown before anything is rendered, read or compared. */
export class SamError extends CodedError<SamErrorCode> {}
