import { CodedError } from "@stephooks/core";

/**
 * - `build-failed`: the entry file or something it imports cannot be bundled.
 * - `bad-usage`: the command line makes no sense.
 * - `unknown-key`: no API key, or more than one, is meant.
 * - `not-signed-in`: AWS does not know who asks, or where.
 * - `unknown-stack`: CloudFormation has no such stack.
 * - `not-confirmed`: nobody said yes to a change.
 * - `live-instances`: a step was removed or renamed on which instances stand.
 * - `no-bootstrap`: the account has no bucket for code yet.
 * - `stack-busy`, `stack-stuck`: the stack is being changed, or has to be repaired before it can be.
 * - `change-refused`: CloudFormation cannot plan the change.
 * - `data-replaced`: the change would put an empty table or bucket in the place of one with data.
 * - `deploy-failed`, `remove-failed`: the change was begun and failed; the message has the resources' own reasons.
 * - `bad-variable`, `unknown-variable`: an environment variable cannot have this name or value, or is not there.
 * - `variables-too-large`: the environment variables are more than Lambda takes.
 */
export type CliErrorCode =
  | "build-failed"
  | "bad-usage"
  | "unknown-key"
  | "not-signed-in"
  | "unknown-stack"
  | "not-confirmed"
  | "live-instances"
  | "no-bootstrap"
  | "stack-busy"
  | "stack-stuck"
  | "change-refused"
  | "data-replaced"
  | "deploy-failed"
  | "remove-failed"
  | "bad-variable"
  | "unknown-variable"
  | "variables-too-large";

export class CliError extends CodedError<CliErrorCode> {}
