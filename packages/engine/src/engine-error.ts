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
 * - `step-timeout`: the step function did not settle in time.
 * - `max-transitions`, `max-step-count`: the guard against endless loops.
 * - `join-mismatch`: the branches of one fan-out named different next steps.
 * - `instance-timeout`: the instance did not end within its lifetime.
 * - `crash-loop`: the step was begun several times and never got to its end.
 * - `not-waiting`, `not-failed`, `not-paused`: the command does not fit what the instance does now.
 * - `not-waiting-yet`: a token of a branch that has not come to its wait.
 * - `invalid-token`, `token-expired`, `token-used`: a wait token that is not ours, too old, or answered already.
 * - `invalid-page`: a page of the history that cannot be.
 * - `contended`: too many writers changed the instance at once.
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
  | "step-timeout"
  | "max-transitions"
  | "max-step-count"
  | "join-mismatch"
  | "instance-timeout"
  | "crash-loop"
  | "not-waiting"
  | "not-waiting-yet"
  | "not-failed"
  | "not-paused"
  | "invalid-token"
  | "token-expired"
  | "token-used"
  | "invalid-page"
  | "contended"
  | "dead-letter";

/** What the engine throws, and what the error record of a failed instance carries as `code`. */
export class EngineError extends CodedError<EngineErrorCode> {}
