import { CodedError } from "@stephooks/core";

/**
 * Why a filter, sort, projection or update was refused. All are mistakes of whoever wrote it: an HTTP route answers 400.
 *
 * - `invalid-query`: not an object, or a clause of the wrong shape.
 * - `unknown-operator`: an operator outside the allow-list.
 * - `invalid-update`: an update of the wrong shape, or one that the document it meets cannot take.
 * - `invalid-operand`: an operator's operand has the wrong type or cannot be stored as JSON.
 * - `invalid-path`: a field path with an empty segment, a `$` segment or `__proto__`.
 * - `query-too-deep`, `query-too-large`: over a limit of {@link QueryLimits}.
 * - `unsafe-regex`: a pattern with back-references or look-around, too long, or not a pattern at all.
 */
export type QueryErrorCode =
  | "invalid-query"
  | "invalid-update"
  | "unknown-operator"
  | "invalid-operand"
  | "invalid-path"
  | "query-too-deep"
  | "query-too-large"
  | "unsafe-regex";

/** What this package throws. */
export class QueryError extends CodedError<QueryErrorCode> {}
