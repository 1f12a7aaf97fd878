import type { HistoryEntry, InstanceHead, Ports } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import { readInstance } from "./read-instance.ts";

export interface HistoryQuery {
  /** Entries with a greater seq; 0 for the first page. */
  readonly after?: number;
  /** Entries of one page: 1 to 1,000, 100 unless given. */
  readonly limit?: number;
}

export interface HistoryPage {
  /** Oldest first. Without full history the oldest may be missing: compare the first seq with `after`. */
  readonly entries: readonly HistoryEntry[];
  /** Where the next page begins; absent on the last one. */
  readonly after?: number;
}

/**
 * The transitions of an instance as committed until now: each once, in order, none missing when the instance keeps its
 * full history.
 *
 * @throws EngineError `unknown-instance`, `invalid-page`.
 */
export async function readHistory(id: unknown, query: HistoryQuery, ports: Ports): Promise<HistoryPage> {
  const { after = 0, limit = 100 } = query;
  if (!isWhole(after) || after < 0 || !isWhole(limit) || limit < 1 || limit > 1_000) {
    throw new EngineError("invalid-page", "getHistory takes after: a seq, and limit: 1 to 1,000.");
  }
  return historyOf(await readInstance(id, ports), { after, limit }, ports);
}

/** The history up to this head: what had left it was stored before it was read, and what leaves it later is in it. */
export async function historyOf(
  head: InstanceHead,
  { after, limit }: Required<HistoryQuery>,
  ports: Ports,
): Promise<HistoryPage> {
  const begins = head.history[0]?.seq ?? head.seq + 1;
  const isElsewhere = head.fullHistory === true && after + 1 < begins;
  const stored = isElsewhere ? await ports.history.read(head.id, after, limit) : [];
  // Entries of a commit that has not come about are stored as well as in the head.
  const all = [...stored.filter(({ seq }) => seq < begins), ...head.history.filter(({ seq }) => seq > after)];
  const entries = all.slice(0, limit);
  const [last, newest] = [entries.at(-1), head.history.at(-1)];
  return { entries, ...(last && newest && last.seq < newest.seq ? { after: last.seq } : {}) };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
