import { CodedError } from "@stephooks/core";

/**
 * - `build-failed`: the entry file or something it imports cannot be bundled.
 * - `bad-usage`: the command line makes no sense.
 * - `needs-write`: something would change in production, and `--write` is not given.
 * - `unknown-key`: no API key, or more than one, is meant.
 * - `not-running`: `stephooks dev` does not run for this app.
 * - `already-running`: another `stephooks dev` serves this app with the same data.
 * - `unknown-stack`, `stack-not-ready`: CloudFormation has no such stack, or it has no outputs yet.
 * - `not-stephooks`: the stack was not made from our template.
 * - `unreachable`: nothing answers at the app's address.
 * - `no-job-queue`, `no-bucket`: the app has no workers, or keeps no files, so it has none.
 * - `not-confirmed`: nobody said yes to what touches many things.
 * - `some-failed`: part of what was asked for was done; the message says which part was not.
 * - `still-running`: what was waited for did not end in time.
 * - `bad-input`: a line or a value of the input is not what it must be.
 * - `file-refused`: the system refuses to read or write a file or folder, such as one without rights.
 * - `folder-not-empty`: an app was to be created where there is something.
 * - `file-exists`: an app was to be added where files of it are in the way.
 * - `not-signed-in`: AWS does not know who asks, or where.
 * - `live-instances`: a step was removed or renamed on which instances stand.
 * - `no-bootstrap`: the account has no bucket for code yet.
 * - `stack-busy`, `stack-stuck`: the stack is being changed, or has to be repaired before it can be.
 * - `change-refused`: CloudFormation cannot plan the change, or `sam deploy` ended before it was planned.
 * - `data-replaced`: the change would put an empty table or bucket in the place of one with data.
 * - `deploy-failed`, `remove-failed`: the change was begun and failed; the message has the resources' own reasons.
 * - `bad-variable`, `unknown-variable`: an environment variable cannot have this name or value, or is not there.
 * - `variables-too-large`: the environment variables are more than Lambda takes.
 */
export type CliErrorCode =
  | "build-failed"
  | "bad-usage"
  | "needs-write"
  | "unknown-key"
  | "not-running"
  | "already-running"
  | "unknown-stack"
  | "stack-not-ready"
  | "not-stephooks"
  | "unreachable"
  | "no-job-queue"
  | "no-bucket"
  | "not-confirmed"
  | "some-failed"
  | "still-running"
  | "bad-input"
  | "file-refused"
  | "folder-not-empty"
  | "file-exists"
  | "not-signed-in"
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
