/** Items of a merged page. */
const MERGED_PAGE = 100;

interface Source<Entry> {
  readonly pages: AsyncIterator<readonly Entry[], void, undefined>;
  page: readonly Entry[];
  position: number;
  /** Key of the entry at the position. */
  key: string;
}

/**
 * Sources that are each ordered by key (by code points, as DynamoDB orders), as one ordered by key. Holds one page of
 * every source.
 */
export async function* mergedPages<Entry>(
  sources: readonly AsyncIterator<readonly Entry[], void, undefined>[],
  keyOf: (entry: Entry) => string,
  reverse: boolean,
): AsyncGenerator<readonly Entry[], void, undefined> {
  try {
    const started = await Promise.all(sources.map((pages) => moved({ pages, page: [], position: -1, key: "" }, keyOf)));
    const open = started.filter((source) => source !== undefined);
    let merged: Entry[] = [];
    for (let next = foremost(open, reverse); next; next = foremost(open, reverse)) {
      merged.push(...next.page.slice(next.position, next.position + 1));
      // Whoever has enough must not cause another request.
      if (merged.length >= MERGED_PAGE || next.position + 1 >= next.page.length) {
        yield merged;
        merged = [];
      }
      if ((await moved(next, keyOf)) === undefined) open.splice(open.indexOf(next), 1);
    }
  } finally {
    await Promise.all(sources.map(async (pages) => pages.return?.()));
  }
}

/** The source at its next entry; undefined when it has none. */
async function moved<Entry>(
  source: Source<Entry>,
  keyOf: (entry: Entry) => string,
): Promise<Source<Entry> | undefined> {
  source.position += 1;
  while (source.position >= source.page.length) {
    const next = await source.pages.next();
    if (next.done === true) return undefined;
    source.page = next.value;
    source.position = 0;
  }
  const [entry] = source.page.slice(source.position, source.position + 1);
  if (entry !== undefined) source.key = keyOf(entry);
  return source;
}

function foremost<Entry>(sources: readonly Source<Entry>[], reverse: boolean): Source<Entry> | undefined {
  let best: Source<Entry> | undefined;
  for (const source of sources) {
    if (best === undefined || compareCodePoints(source.key, best.key) < 0 !== reverse) best = source;
  }
  return best;
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
