import { CodedError } from "@stephooks/core";

/**
 * - `bad-manifest`: the app's manifest is of another version, or says something a template cannot hold.
 * - `bad-option`: an option of the renderer cannot be used.
 */
export type SamErrorCode = "bad-manifest" | "bad-option";

/** Thrown before anything is rendered. */
export class SamError extends CodedError<SamErrorCode> {}
