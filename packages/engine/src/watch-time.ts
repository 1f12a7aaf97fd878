import { type InstanceHead, MAX_DELAY_SECONDS, parseBranchId } from "@stephooks/core";

/** When the watchdog looks after an instance that did not move. Milliseconds after its creation or its last wait. */
const WATCH_AFTER = 3_600_000;

/** The due index is for what SQS cannot delay: more than this. Milliseconds. */
export const LONGEST_DELAY = MAX_DELAY_SECONDS * 1_000;

/** When a head must be woken that nobody answers before: its due time or the end of its lifetime. Infinity for never. */
export function wakeTime({ deadline = Infinity, dueAt = Infinity }: InstanceHead): number {
  return Math.min(dueAt, deadline);
}

/** The index entry of an instance that runs: the watchdog's, or its deadline when that comes first. */
export function watchTime(now: number, deadline: number | undefined): number {
  return Math.min(now + WATCH_AFTER, deadline ?? Infinity);
}

/**
 * The index entry of a head that waits until `dueAt` (Infinity: for as long as it takes); undefined for none. Short
 * waits are delayed messages, so an entry always exists long before the sweeper reads its window (A9).
 */
export function indexTime(head: InstanceHead, dueAt: number, now: number): number | undefined {
  const until = Math.min(dueAt, head.deadline ?? Infinity);
  if (until === Infinity) return undefined;
  return until - now > LONGEST_DELAY ? until : shortIndexTime(head);
}

/** What a short wait leaves in the index: an instance keeps its watchdog, a branch's record has none. */
function shortIndexTime(head: InstanceHead): number | undefined {
  return parseBranchId(head.id) === undefined ? head.indexedAt : undefined;
}
