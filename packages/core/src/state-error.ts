import { CodedError } from "./coded-error.ts";

/**
 * - `state-not-an-object`: state must be a plain object.
 * - `state-not-storable`: a value JSON cannot hold without changing it.
 * - `state-too-large`: the instance would exceed {@link MAX_STORED_BYTES}.
 */
export type StateErrorCode = "state-not-an-object" | "state-not-storable" | "state-too-large";

/** Thrown where state is handed over (start, goto), before anything is written. `details.path` names the value. */
export class StateError extends CodedError<StateErrorCode> {}
