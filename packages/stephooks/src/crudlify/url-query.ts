import { isRecord } from "@stephooks/core";
import type { FindOptions, Query } from "../datastore/index.ts";
import type { HttpRequest } from "../http/index.ts";
import { StephooksError } from "../stephooks-error.ts";
import { urlCriterion } from "./url-criterion.ts";

/** What a URL asks for. */
export interface UrlQuery {
  /**
   * `{ $and: […] }`, or `{}` when the URL has no condition. A filter of a URL is never a query by itself: the datastore
   * reads a query with a field named `filter` as the older form of its arguments.
   */
  readonly filter: Query;
  /** Undefined when the URL asks for no more than a filter. Not checked: `getMany` does that. */
  readonly options: FindOptions | undefined;
}

/** Keys that are not fields of documents. */
const keywords: ReadonlySet<string> = new Set(["q", "h", "a", "fields", "omit", "sort", "limit", "offset"]);

/** What `h` may hold, by what it is here. */
const hintNames: ReadonlyMap<string, "limit" | "offset" | "sort" | "fields" | "count"> = new Map([
  ["limit", "limit"],
  ["$limit", "limit"],
  ["offset", "offset"],
  ["$offset", "offset"],
  ["skip", "offset"],
  ["$skip", "offset"],
  ["sort", "sort"],
  ["$sort", "sort"],
  ["fields", "fields"],
  ["$fields", "fields"],
  ["projection", "fields"],
  ["count", "count"],
  ["$count", "count"],
  ["$onlycount", "count"],
]);

/**
 * Reads the query of a URL: conditions on fields (see {@link urlCriterion}), `q` with a filter as JSON, and for lists
 * `fields`, `omit`, `sort`, `limit`, `offset`, or `h` with the same as JSON. All conditions must hold, so a filter in `q`
 * cannot take back what was put beside it.
 *
 * @throws StephooksError `invalid-argument`. Operators, paths and numbers are judged where they are used.
 */
export function urlQuery(query: HttpRequest["query"]): UrlQuery {
  if (query["a"] !== undefined) {
    throw invalid("There is no aggregation over HTTP. Write a route that uses aggregation().");
  }
  const filters = [...conditions(query), ...filterOf(query)];
  return { filter: filters.length === 0 ? {} : { $and: filters }, options: optionsOf(query) };
}

function conditions(query: HttpRequest["query"]): readonly Query[] {
  return Object.entries(query).flatMap(([key, value]) => {
    if (keywords.has(key) || value === undefined) return [];
    return [value].flat().map((text) => urlCriterion(key, text));
  });
}

function filterOf(query: HttpRequest["query"]): readonly Query[] {
  const filter = json(query, "q");
  return filter === undefined || Object.keys(filter).length === 0 ? [] : [filter];
}

function optionsOf(query: HttpRequest["query"]): FindOptions | undefined {
  const fields = projection(query);
  const sort = single(query, "sort");
  const plain: Record<string, unknown> = {
    ...(fields === undefined ? {} : { fields }),
    ...(sort === undefined ? {} : { sort: sorting(sort) }),
    limit: single(query, "limit"),
    offset: single(query, "offset"),
  };
  const given = Object.entries({ ...plain, ...hints(query) }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return undefined;
  const { count, fields: shown, ...options } = Object.fromEntries(given);
  const inHints = { ...(shown === undefined ? {} : { $fields: shown }), ...(count === undefined ? {} : { count }) };
  return { ...options, hints: inHints };
}

/** `omit` wins over `fields`: a projection does not do both. */
function projection(query: HttpRequest["query"]): Readonly<Record<string, 0 | 1>> | undefined {
  const omitted = single(query, "omit");
  const shown = omitted ?? single(query, "fields");
  if (shown === undefined) return undefined;
  return Object.fromEntries(names(shown).map((name) => [name, omitted === undefined ? 1 : 0]));
}

/** `a,-b`: by a, and where that is equal by b from the greatest. A plus sign of a URL arrives as a space. */
function sorting(text: string): Readonly<Record<string, 1 | -1>> {
  return Object.fromEntries(
    names(text).map((name) => (name.startsWith("-") ? [name.slice(1), -1] : [name.replace(/^\+/, ""), 1])),
  );
}

function hints(query: HttpRequest["query"]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(json(query, "h") ?? {}).map(([name, value]) => {
      const known = hintNames.get(name);
      if (known !== undefined) return [known, value];
      throw invalid(`h has no "${name.slice(0, 50)}". It may hold limit, offset, sort, fields and count.`);
    }),
  );
}

function names(text: string): readonly string[] {
  return text.split(",").map((name) => name.trim());
}

function json(query: HttpRequest["query"], name: string): Query | undefined {
  const text = single(query, name);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(`${name} is not JSON. Encode it: ${name}=\${encodeURIComponent(JSON.stringify(value))}.`);
  }
  if (isRecord(value)) return value;
  throw invalid(`${name} is a JSON object.`);
}

/** The value of a keyword; without one as if it were not there. */
function single(query: HttpRequest["query"], name: string): string | undefined {
  const value = query[name];
  if (Array.isArray(value)) throw invalid(`${name} can be given once.`);
  return value === "" ? undefined : value;
}

function invalid(message: string): StephooksError {
  return new StephooksError("invalid-argument", message);
}
