import { isRecord } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import type { Query } from "./document.ts";

/** What a find asks for, whichever way it was written. */
export interface FindRequest {
  readonly filter: Query;
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly limit: number;
  readonly offset: number;
  readonly projection?: Readonly<Record<string, 0 | 1 | boolean>>;
  /** One item `{ count }` instead of the documents. */
  readonly count: boolean;
}

/** The most documents one find skips: they are read and paid for. */
const MAX_OFFSET = 1_000_000;

/**
 * Reads the arguments of `getMany`, also in the older form `getMany(collection, { filter, hints, limit, offset })`.
 *
 * @throws StephooksError `invalid-argument`.
 */
export function findRequest(query: unknown, options: unknown): FindRequest {
  const legacy = isRecord(query) && isRecord(query["filter"]) ? query : undefined;
  const filter: unknown = legacy ? legacy["filter"] : (query ?? {});
  if (!isRecord(filter)) throw invalid("A query is an object, such as { status: 'open' }; {} finds everything.");
  const given = record({ ...legacy, ...record(options, "options") }, "options");
  const hints = record(given["hints"], "hints");
  const pick = (...names: readonly string[]): unknown =>
    names.map((name) => given[name] ?? hints[name]).find((value) => value !== undefined && value !== null);
  const sort = pick("sort", "$sort") ?? (given["reverse"] === true ? { _id: -1 } : undefined);
  const projection = hints["$fields"] ?? pick("fields", "projection");
  return {
    filter,
    limit: count("limit", pick("limit", "$limit"), Infinity) || Infinity,
    offset: count("offset", pick("offset", "skip", "$skip", "$offset"), MAX_OFFSET),
    count: [hints["count"], hints["$count"], hints["$onlycount"]].some((flag) => flag === true || flag === 1),
    // What they hold is checked where they are compiled.
    ...(sort === undefined ? {} : { sort: sorting(sort) }),
    ...(projection === undefined ? {} : { projection: fields(projection) }),
  };
}

/** @throws StephooksError `invalid-argument`. */
function count(name: string, value: unknown, most: number): number {
  if (value === undefined || value === null || value === "") return 0;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0 && number <= most) return number;
  throw invalid(`${name} is a whole number${most === Infinity ? "" : ` up to ${most}`}, not ${JSON.stringify(value)}.`);
}

function sorting(value: unknown): Readonly<Record<string, 1 | -1>> {
  const entries = Object.entries(record(value, "sort"));
  return Object.fromEntries(
    entries.map(([field, direction]) => {
      if (direction === 1 || direction === -1) return [field, direction];
      throw invalid(`Sort by "${field.slice(0, 100)}" with 1 or -1.`);
    }),
  );
}

function fields(value: unknown): Readonly<Record<string, 0 | 1 | boolean>> {
  // codehooks also takes names: ["name", "age"] or "name,age".
  const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : value;
  if (Array.isArray(names)) return Object.fromEntries(names.map((name) => [String(name), 1]));
  return Object.fromEntries(
    Object.entries(record(value, "projection")).map(([field, show]) => {
      if (show === 0 || show === 1 || typeof show === "boolean") return [field, show];
      throw invalid(`Show "${field.slice(0, 100)}" with 1 or hide it with 0.`);
    }),
  );
}

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (isRecord(value)) return value;
  throw invalid(`${name} is an object.`);
}

function invalid(message: string): StephooksError {
  return new StephooksError("invalid-argument", message);
}
