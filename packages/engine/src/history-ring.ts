import {
  HISTORY_CHUNK,
  HISTORY_LENGTH,
  type HistoryEntry,
  type HistoryOutcome,
  type InstanceHead,
  type Ports,
} from "@stephooks/core";

/** A history entry before its commit has a seq. */
export type Entry = Omit<HistoryEntry, "seq">;

/** The entry of a transition without a step body. */
export function entryAt({ attempt, step }: InstanceHead, outcome: HistoryOutcome, now: number): Entry {
  return { step, attempt, outcome, startedAt: now, duration: 0 };
}

/** The history after a commit on this head. */
export function nextHistory(head: InstanceHead, entry: Entry): readonly HistoryEntry[] {
  const kept = head.fullHistory ? head.history.slice(leaving(head).length) : head.history.slice(1 - HISTORY_LENGTH);
  return [...kept, { ...entry, seq: head.seq + 1 }];
}

/**
 * Stores what the next commit on this head pushes out of it. Done before that commit: the entries are facts already, and
 * whoever reads the same head stores the same, so a death at any moment neither loses nor doubles one.
 *
 * @throws PortError; then nothing may be committed on this head.
 */
export async function spillHistory(head: InstanceHead, { history }: Ports): Promise<void> {
  const entries = leaving(head);
  if (entries.length > 0) await history.append(head.id, entries);
}

/** Every eighth commit of an instance with full history, the eight oldest entries. */
function leaving({ fullHistory, history }: InstanceHead): readonly HistoryEntry[] {
  return fullHistory && history.length >= HISTORY_LENGTH ? history.slice(0, HISTORY_CHUNK) : [];
}
