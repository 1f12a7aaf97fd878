import type { HistoryEntry } from "@stephooks/core";

/** What has left the heads of instances, by instance and seq. An entry that changes is a violation. */
export class SimHistory {
  readonly #stored = new Map<string, Map<number, HistoryEntry>>();
  /** Entries that were stored twice with different content. */
  readonly contradictions: string[] = [];

  append(instance: string, entries: readonly HistoryEntry[]): void {
    const known = this.#stored.get(instance) ?? new Map<number, HistoryEntry>();
    this.#stored.set(instance, known);
    for (const entry of entries) {
      const present = known.get(entry.seq);
      if (present && JSON.stringify(present) !== JSON.stringify(entry)) {
        this.contradictions.push(`${instance} seq ${entry.seq}`);
      }
      known.set(entry.seq, Object.freeze({ ...entry }));
    }
  }

  read(instance: string, after: number, limit: number): readonly HistoryEntry[] {
    const known = [...(this.#stored.get(instance)?.values() ?? [])];
    return known
      .filter(({ seq }) => seq > after)
      .toSorted((a, b) => a.seq - b.seq)
      .slice(0, limit);
  }
}
