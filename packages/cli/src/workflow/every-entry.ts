import type { HistoryEntry, Ports } from "@stephooks/core";
import { readHistory } from "@stephooks/engine";

/** Entries that are read at a time. */
const PAGE = 1_000;

/** The history of an instance as far as it is kept, oldest first, after a seq. @throws EngineError `unknown-instance`. */
export async function everyEntry(id: string, ports: Ports, from = 0): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let after: number | undefined = from;
  do {
    const page = await readHistory(id, { limit: PAGE, after }, ports);
    entries.push(...page.entries);
    ({ after } = page);
  } while (after !== undefined);
  return entries;
}
