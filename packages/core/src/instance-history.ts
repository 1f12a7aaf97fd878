import type { HistoryEntry } from "./instance-head.ts";

/**
 * The part of an instance's history that has left its head, for workflows that keep all of it. Every method rejects with
 * a {@link PortError} only.
 */
export interface InstanceHistory {
  /**
   * Stores entries that are about to leave the head, oldest first, at least one. What a head holds at a seq never
   * changes, so storing the same entries again changes nothing.
   */
  append(instance: string, entries: readonly HistoryEntry[]): Promise<void>;
  /**
   * The stored entries with a seq above `after`, oldest first, the first `limit` (at most 1,000) of them. Strongly
   * consistent.
   */
  read(instance: string, after: number, limit: number): Promise<readonly HistoryEntry[]>;
}
