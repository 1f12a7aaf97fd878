/** Facts about a failure that help to find its place: ids, names, sizes. Never secrets, never user state. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Base of every error this project throws on purpose. `code` is one of a closed list per package and is what
 * programs compare; `message` ends with what to do next.
 */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails;

  constructor(code: Code, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** True when `error` carries one of our codes. Compares by shape, so it also works across two bundled copies. */
export function isCodedError(error: unknown): error is CodedError<string> {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "details" in error;
}
