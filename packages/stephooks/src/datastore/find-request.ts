import { isRecord } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import type { Query } from "./document.ts";
import { holdsOptionsOnly, isOlderForm } from "./older-form.ts";

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
 * Reads the arguments of `getMany`, also in the older forms where the options come first:
 * `getMany(collection, { filter, hints, limit, offset })` and `getMany(collection, { useIndex, startIndex, endIndex })`.
 *
 * @throws StephooksError `invalid-argument`.
 */
export function findRequest(query: unknown, options: unknown): FindRequest {
  const legacy =
    isOlderForm(query) || (isRecord(query) && hasRange(query) && holdsOptionsOnly(query)) ? query : undefined;
  const filter: unknown = legacy ? (legacy["filter"] ?? {}) : (query ?? {});
  if (!isRecord(filter)) throw invalid("A query is an object, such as { status: 'open' }; {} finds everything.");
  const given = record({ ...legacy, ...record(options, "options") }, "options");
  const hints = record(given["hints"], "hints");
  const pick = (...names: readonly string[]): unknown =>
    names.map((name) => given[name] ?? hints[name]).find((value) => value !== undefined && value !== null);
  const range = hasRange(given) ? given : undefined;
  const sort = pick("sort", "$sort") ?? indexOrder(range?.useIndex, given["reverse"] === true);
  const projection = hints["$fields"] ?? pick("fields", "projection");
  return {
    filter: range === undefined ? filter : within(filter, range),
    limit: count("limit", pick("limit", "$limit"), Infinity) || Infinity,
    offset: count("offset", pick("offset", "skip", "$skip", "$offset"), MAX_OFFSET),
    count: [hints["count"], hints["$count"], hints["$onlycount"]].some((flag) => flag === true || flag === 1),
    // What they hold is checked where they are compiled.
    ...(sort === undefined ? {} : { sort: sorting(sort) }),
    ...(projection === undefined ? {} : { projection: fields(projection) }),
  };
}

/** A stretch of the values of one field, both ends included. */
interface IndexRange {
  readonly useIndex: string;
  readonly startIndex?: unknown;
  readonly endIndex?: unknown;
}

function hasRange(
  options: Readonly<Record<string, unknown>>,
): options is Readonly<Record<string, unknown>> & IndexRange {
  const { endIndex, startIndex, useIndex } = options;
  return typeof useIndex === "string" && (startIndex ?? endIndex ?? undefined) !== undefined;
}

function within(filter: Query, { endIndex, startIndex, useIndex }: IndexRange): Query {
  const range =
    startIndex === endIndex
      ? startIndex
      : {
          ...(startIndex === undefined || startIndex === null ? {} : { $gte: startIndex }),
          ...(endIndex === undefined || endIndex === null ? {} : { $lte: endIndex }),
        };
  return Object.hasOwn(filter, useIndex) ? { $and: [filter, { [useIndex]: range }] } : { ...filter, [useIndex]: range };
}

/** The order in which an index is read: by its field, or by `_id` where none is named. */
function indexOrder(field: string | undefined, reverse: boolean): Readonly<Record<string, 1 | -1>> | undefined {
  if (field === undefined) return reverse ? { _id: -1 } : undefined;
  return { [field]: reverse ? -1 : 1 };
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
