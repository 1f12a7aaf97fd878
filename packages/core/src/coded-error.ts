/** Facts about a failure that help to find its place: ids, names, sizes. Never secrets, never user state. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** What only our errors have: one symbol for all copies of this file that are loaded. */
const mark: unique symbol = Symbol.for("stephooks.coded-error");

/**
 * Base of every error this project throws on purpose. `code` is one of a closed list per package and is what
 * programs compare; `message` ends with what to do next.
 */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails;

  get [mark](): true {
    return true;
  }

  constructor(code: Code, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/**
 * True when `error` carries one of our codes. Works across two bundled copies; other libraries' errors, which may have
 * codes and details too, have no mark.
 */
export function isCodedError(error: unknown): error is CodedError<string> {
  return error instanceof Error && mark in error;
}
