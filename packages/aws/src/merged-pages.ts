import type { StoredDocument } from "@stephooks/core";

type Pages = AsyncIterator<readonly StoredDocument[], void, undefined>;

interface Source {
  readonly pages: Pages;
  page: readonly StoredDocument[];
  position: number;
}

/** Documents of a merged page. */
const MERGED_PAGE = 100;

/**
 * Sources that are each ordered by id, as one ordered by id (by code points, as DynamoDB orders them). Holds one page
 * of every source.
 */
export async function* mergedPages(
  sources: readonly Pages[],
  reverse: boolean,
): AsyncGenerator<readonly StoredDocument[], void, undefined> {
  try {
    const started = await Promise.all(sources.map((pages) => advanced({ pages, page: [], position: 0 })));
    const open = started.filter((source) => source !== undefined);
    let merged: StoredDocument[] = [];
    for (let next = foremost(open, reverse); next; next = foremost(open, reverse)) {
      merged.push(...next.page.slice(next.position, next.position + 1));
      next.position += 1;
      if (next.position === next.page.length && (await advanced(next)) === undefined)
        open.splice(open.indexOf(next), 1);
      if (merged.length < MERGED_PAGE && open.length > 0) continue;
      yield merged;
      merged = [];
    }
  } finally {
    await Promise.all(sources.map(async (pages) => pages.return?.()));
  }
}

/** The source at its next page; undefined when it has none. */
async function advanced(source: Source): Promise<Source | undefined> {
  for (;;) {
    const next = await source.pages.next();
    if (next.done === true) return undefined;
    source.page = next.value;
    source.position = 0;
    if (source.page.length > 0) return source;
  }
}

function foremost(sources: readonly Source[], reverse: boolean): Source | undefined {
  let best: Source | undefined;
  for (const source of sources) {
    if (best === undefined || compareHeads(source, best) < 0 !== reverse) best = source;
  }
  return best;
}

function compareHeads(a: Source, b: Source): number {
  return compareCodePoints(a.page[a.position]?.id ?? "", b.page[b.position]?.id ?? "");
}

/** UTF-16 and UTF-8 order differently only where one text has a surrogate and the other a character above them. */
function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left === right) continue;
    if (left >= 0xd800 && right >= 0xd800) return Buffer.compare(Buffer.from(a), Buffer.from(b));
    return left - right;
  }
  return a.length - b.length;
}
