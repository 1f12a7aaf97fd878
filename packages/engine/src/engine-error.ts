import { CodedError } from "@stephooks/core";

/**
 * - `invalid-definition`: a workflow, step name or option that cannot be registered.
 * - `unknown-workflow`, `unknown-instance`: nothing is registered or stored under that name or id.
 * - `invalid-id`: not a valid instance id.
 * - `invalid-state`: the start state does not match the workflow's schema.
 * - `instance-exists`: the id is taken and the caller asked for an error.
 * - `already-ended`: the instance is completed or failed and cannot be cancelled.
 * - `unknown-step`, `invalid-goto`: goto named something that is no step.
 * - `second-goto`: one attempt asked for two transitions.
 * - `late-goto`: goto after the step function had settled.
 * - `no-goto`: the step function settled without asking for a transition.
 * - `wait-unavailable`: this version has no wait.
 * - `step-timeout`: the step function did not settle in time.
 * - `max-transitions`, `max-step-count`: the guard against endless loops.
 * - `dead-letter`: the step's message was received too often without a commit.
 */
export type EngineErrorCode =
  | "invalid-definition"
  | "unknown-workflow"
  | "unknown-instance"
  | "invalid-id"
  | "invalid-state"
  | "instance-exists"
  | "already-ended"
  | "unknown-step"
  | "invalid-goto"
  | "second-goto"
  | "late-goto"
  | "no-goto"
  | "wait-unavailable"
  | "step-timeout"
  | "max-transitions"
  | "max-step-count"
  | "dead-letter";

/** What the engine throws, and what the error record of a failed instance carries as `code`. */
export class EngineError extends CodedError<EngineErrorCode> {}
