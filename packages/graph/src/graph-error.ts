import { CodedError } from "@stephooks/core";

/**
 * - `unreadable-source`: an entry file is not there or cannot be parsed.
 */
export type GraphErrorCode = "unreadable-source";

export class GraphError extends CodedError<GraphErrorCode> {}
