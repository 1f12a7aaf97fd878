import { CodedError } from "@stephooks/core";

/**
 * - `no-host`: a workflow was used outside an invocation, where there is no table and no queue.
 * - `duplicate-workflow`: a second workflow of the same name.
 * - `unsupported`: a call of codehooks-js that this version does not have.
 */
export type StephooksErrorCode = "no-host" | "duplicate-workflow" | "unsupported";

export class StephooksError extends CodedError<StephooksErrorCode> {}
