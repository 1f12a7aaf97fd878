import type { Query } from "../datastore/index.ts";
import type { HttpRequest } from "../http/index.ts";
import { StephooksError } from "../stephooks-error.ts";
import { urlQuery } from "./url-query.ts";

/**
 * The filter of a change by query, checked before any hook hears of the change.
 *
 * @throws StephooksError `query-required` for a URL without a condition, `invalid-argument`; QueryError.
 */
export async function byQuery(query: HttpRequest["query"]): Promise<Query> {
  const { filter, options } = urlQuery(query);
  if (options !== undefined) {
    throw new StephooksError(
      "invalid-argument",
      "A change by query takes every document that matches: fields, omit, sort, limit, offset and h are for lists.",
    );
  }
  if (Object.keys(filter).length === 0) {
    throw new StephooksError(
      "query-required",
      "Say which documents: ?status=done, or q with a filter as JSON. ?_id is every document.",
    );
  }
  const { compileFilter } = await import("@stephooks/query");
  compileFilter(filter);
  return filter;
}
