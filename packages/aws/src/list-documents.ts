import { assertCollection, type DocumentListing, PortError, type StoredDocument } from "@stephooks/core";
import type { CollectionLayout } from "./collection-catalog.ts";
import type { DocumentAccess } from "./document-access.ts";
import { decodeDocumentItem, isOver } from "./document-item-codec.ts";
import { documentPartition } from "./document-key.ts";
import { fieldKeyRange, SEVERAL_KEY } from "./field-key.ts";
import { mergedPages } from "./merged-pages.ts";
import { type ShardQuery, shardPages } from "./shard-pages.ts";

/** Documents that one page holds beyond its share of those expected: shards are never quite even. */
const SPARE = 8;

/** Pages of the documents a listing names. See `DocumentStore.list`. */
export async function* documentPages(
  listing: DocumentListing,
  access: DocumentAccess,
): AsyncGenerator<readonly StoredDocument[], void, undefined> {
  const { collection, expected, field } = listing;
  assertCollection(collection);
  const layout = await access.catalog.fresh(collection);
  const queries = field === undefined ? idQueries(listing, layout) : fieldQueries(listing, field, layout);
  if (queries.length === 0) return;
  const firstPage = expected === undefined ? undefined : Math.ceil(expected / queries.length) + SPARE;
  const sources = queries.map((query) => livePages(query, access, firstPage));
  yield* field === undefined ? mergedPages(sources, ({ id }) => id, listing.reverse === true) : chainedPages(sources);
}

async function* livePages(
  query: ShardQuery,
  { clock, table }: DocumentAccess,
  firstPage: number | undefined,
): AsyncGenerator<readonly StoredDocument[], void, undefined> {
  for await (const items of shardPages(table, query, firstPage)) {
    yield items.map((item) => decodeDocumentItem(item)).filter((stored) => !isOver(stored, clock.now()));
  }
}

function idQueries({ collection, ids = {}, reverse }: DocumentListing, { shards }: CollectionLayout): ShardQuery[] {
  const { from, to } = ids;
  if (from !== undefined && to !== undefined && Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0) return [];
  return [...shards].map((shard) => ({
    partition: documentPartition(collection, shard),
    ...(from === undefined ? {} : { first: from }),
    ...(to === undefined ? {} : { last: to }),
    reverse: reverse === true,
  }));
}

function fieldQueries(
  { collection }: DocumentListing,
  field: NonNullable<DocumentListing["field"]>,
  { fields, several, shards }: CollectionLayout,
): ShardQuery[] {
  const slot = fields.find(({ name, ready }) => ready && name === field.name)?.slot;
  if (slot === undefined) {
    throw new PortError("invalid", `The field "${field.name}" is not declared: list without it.`, { collection });
  }
  const ranges = [fieldKeyRange(field)].filter(
    ({ first, last }) => Buffer.compare(Buffer.from(first), Buffer.from(last)) <= 0,
  );
  if (several.has(slot)) ranges.push({ first: SEVERAL_KEY, last: SEVERAL_KEY });
  const index = { name: `field${slot}`, attribute: `f${slot}` };
  return [...shards].flatMap((shard) =>
    ranges.map((range) => ({ partition: documentPartition(collection, shard), index, ...range })),
  );
}

/** All first pages are asked for at once; the rest follows source by source. */
async function* chainedPages(
  sources: readonly AsyncGenerator<readonly StoredDocument[], void, undefined>[],
): AsyncGenerator<readonly StoredDocument[], void, undefined> {
  try {
    const firsts = await Promise.all(sources.map((pages) => pages.next()));
    for (const [index, pages] of sources.entries()) {
      const first = firsts[index];
      if (first === undefined || first.done === true) continue;
      yield first.value;
      yield* pages;
    }
  } finally {
    await Promise.all(sources.map((pages) => pages.return()));
  }
}
