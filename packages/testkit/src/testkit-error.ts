import { CodedError } from "@stephooks/core";

/**
 * - `no-browser`: a test of a page, where no Chromium is installed.
 * - `unknown-step`: a stub for a step that the app does not have.
 * - `unknown-source`: messages for a worker that reads no queue of its own.
 * - `invalid-stub`: a stub that is no function.
 * - `invalid-duration`: `advance` was given something that is no duration.
 * - `no-issuer`: a request with claims to an app that is open to everybody.
 * - `never-settles`: message follows message without end, at one moment of the virtual clock.
 * - `shared-app`: the factory of a crash test answered the same app twice, so nothing would be lost with a process.
 * - `faulty-baseline`: the run of a crash test fails without any death.
 * - `crash-difference`: a death changed how the run ends.
 */
export type TestkitErrorCode =
  | "no-browser"
  | "unknown-step"
  | "unknown-source"
  | "invalid-stub"
  | "invalid-duration"
  | "no-issuer"
  | "never-settles"
  | "shared-app"
  | "faulty-baseline"
  | "crash-difference";

/** What this package throws. */
export class TestkitError extends CodedError<TestkitErrorCode> {}
