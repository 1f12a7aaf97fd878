import type { DocumentListing } from "@stephooks/core";
import type { JobItem } from "../jobs/index.ts";
import type { Document } from "./document.ts";
import type { DocumentSource } from "./document-source.ts";
import { isDocumentId } from "./document-write.ts";
import type { FindRequest } from "./find-request.ts";
import { planQuery, type QueryPlan } from "./query-plan.ts";

/** Documents kept beyond those asked for before the rest is cut, when a sorted result is limited. */
const SORT_ROOM = 1_000;

/** Loaded at the first query: the libraries behind it are most of its weight. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the module's own type
export const loadQuery = () => import("@stephooks/query");

/** How a find would be answered. */
export interface FindPlan {
  readonly plan: QueryPlan["kind"];
  /** The declared field that is used. */
  readonly field?: string;
  /** True when every document of the collection is read. */
  readonly scans: boolean;
  /** Where sorting happens: the order the documents come in anyway, or in memory after all were read. */
  readonly sort: "none" | "in order" | "in memory";
}

/** The plan of a query. What is declared is only asked for where it can matter. */
export async function planFor(filter: FindRequest["filter"], source: DocumentSource): Promise<QueryPlan> {
  const plan = planQuery(filter, []);
  if (plan.kind === "ids" || Object.keys(filter).length === 0) return askable(plan);
  return askable(planQuery(filter, (await source.definition()).fields));
}

/** Nobody need be asked for an id that no document can have; whoever is refuses it, also as the end of a range. */
function askable(plan: QueryPlan): QueryPlan {
  if (plan.kind === "ids") return { kind: "ids", ids: plan.ids.filter(isDocumentId) };
  if (plan.kind !== "id-range") return plan;
  const ends = Object.entries(plan.range).filter(([, end]) => isDocumentId(end));
  return ends.length === 0 ? { kind: "scan" } : { kind: "id-range", range: Object.fromEntries(ends) };
}

/** Explains a find without running it. @throws QueryError. */
export async function explainFind(request: FindRequest, source: DocumentSource): Promise<FindPlan> {
  const { compileFilter } = await loadQuery();
  compileFilter(request.filter);
  const plan = await planFor(request.filter, source);
  return {
    plan: plan.kind,
    ...(plan.kind === "field" ? { field: plan.field } : {}),
    scans: plan.kind === "scan",
    sort: request.sort === undefined ? "none" : isInOrder(request.sort, plan, source) ? "in order" : "in memory",
  };
}

/**
 * The documents a request asks for, one at a time. Without a sort, or sorted by `_id` alone, a page is held at a time;
 * sorted and limited, that many documents; only sorted, all of them.
 *
 * @throws QueryError, PortError.
 */
export async function* findDocuments(request: FindRequest, source: DocumentSource): AsyncGenerator<Document> {
  const { compileProjection } = await loadQuery();
  // Compiled first: a mistake is told before anything is read.
  const project = request.projection === undefined ? undefined : compileProjection(request.projection);
  if (request.count) {
    yield { count: await countFound(request, source) };
    return;
  }
  for await (const document of limited(request, source)) yield project ? project(document) : document;
}

/** The same as {@link findDocuments}, each with its id, whatever the projection shows. Counts nothing. */
export async function* findItems(request: FindRequest, source: DocumentSource): AsyncGenerator<JobItem> {
  const { compileProjection } = await loadQuery();
  const project = request.projection === undefined ? undefined : compileProjection(request.projection);
  for await (const document of limited(request, source)) {
    yield { id: String(document["_id"]), payload: project ? project(document) : document };
  }
}

async function countFound(request: FindRequest, source: DocumentSource): Promise<number> {
  const { filter, limit, offset } = request;
  const found = limited({ filter, limit, offset, count: true }, source)[Symbol.asyncIterator]();
  let count = 0;
  while ((await found.next()).done !== true) count += 1;
  return count;
}

async function* limited(request: FindRequest, source: DocumentSource): AsyncGenerator<Document> {
  const { filter, limit, offset, sort } = request;
  const plan = await planFor(filter, source);
  const end = offset + limit;
  const inOrder = sort === undefined || isInOrder(sort, plan, source);
  const expected = inOrder && Number.isFinite(end) ? end : undefined;
  const matches = matching(filter, plan, source, { reverse: sort?.["_id"] === -1, expected });
  const ordered = inOrder ? matches : sorted(matches, sort, end);
  let position = 0;
  for await (const document of ordered) {
    position += 1;
    if (position > offset) yield document;
    if (position >= end) return;
  }
}

function isInOrder(sort: NonNullable<FindRequest["sort"]>, plan: QueryPlan, { ordered }: DocumentSource): boolean {
  return ordered && Object.keys(sort).join() === "_id" && plan.kind !== "field" && plan.kind !== "ids";
}

interface Order {
  readonly reverse: boolean;
  readonly expected: number | undefined;
}

/** The documents that match, in the order the plan brings them. */
export async function* matching(
  filter: FindRequest["filter"],
  plan: QueryPlan,
  source: DocumentSource,
  order: Order = { reverse: false, expected: undefined },
): AsyncGenerator<Document> {
  const { compileFilter } = await loadQuery();
  const matches = compileFilter(filter);
  for await (const page of pagesOf(plan, source, order)) {
    for (const document of page) if (matches(document)) yield document;
  }
}

async function* pagesOf(
  plan: QueryPlan,
  source: DocumentSource,
  { expected, reverse }: Order,
): AsyncGenerator<readonly Document[]> {
  const options = { reverse, ...(expected === undefined ? {} : { expected }) } satisfies Omit<
    DocumentListing,
    "collection"
  >;
  switch (plan.kind) {
    case "ids":
      yield await source.read(plan.ids);
      return;
    case "id-range":
      yield* source.list({ ids: plan.range, ...options });
      return;
    case "field":
      yield* fieldPages(plan, source);
      return;
    case "scan":
      yield* source.list(options);
  }
}

/** A document with a list at the field may lie in several of the ranges. */
async function* fieldPages(
  { field, ranges }: Extract<QueryPlan, { kind: "field" }>,
  source: DocumentSource,
): AsyncGenerator<readonly Document[]> {
  const seen = new Set<unknown>();
  for (const range of ranges) {
    for await (const page of source.list({ field: { name: field, ...range } })) {
      if (ranges.length === 1) yield page;
      else yield page.filter(({ _id }) => !seen.has(_id) && seen.add(_id));
    }
  }
}

async function* sorted(
  matches: AsyncIterable<Document>,
  sort: NonNullable<FindRequest["sort"]>,
  end: number,
): AsyncGenerator<Document> {
  const { sortDocuments } = await loadQuery();
  let best: Document[] = [];
  for await (const document of matches) {
    best.push(document);
    if (best.length >= 2 * end + SORT_ROOM) best = sortDocuments(best, sort).slice(0, end);
  }
  yield* sortDocuments(best, sort);
}
