import {
  DUE_SHARDS,
  type DueEntry,
  hasEnded,
  type InstanceHead,
  type OutgoingMessage,
  PortError,
  type Ports,
} from "@stephooks/core";
import { dutiesOf, wake } from "./duties.ts";
import type { EngineSettings } from "./engine-settings.ts";
import { LONGEST_DELAY, watchTime } from "./watch-time.ts";

/** What one pass did. */
export interface SweepReport {
  readonly read: number;
  readonly sent: number;
  /** True when the pass sent nothing late because the queue had a backlog. */
  readonly backlogged: boolean;
}

/** Passes come every minute; each looks this far ahead, so its messages carry the exact delay. Milliseconds. */
const PERIOD = 60_000;
const LOOK_AHEAD = PERIOD;

/** Minutes. */
const DAY = 1_440;

/** An entry older than this was not served by its own pass (lost, or the sweeper stood still). Milliseconds. */
const LATE_AFTER = 5 * PERIOD;

/** How far back a late pass looks: longer than any wait, whatever the sweeper missed. Milliseconds. */
const LATE_WINDOW = 400 * 86_400_000;

/** Messages waiting in the queue above which late entries are left alone: they are late because of the backlog. */
const MAX_BACKLOG = 10_000;

/** Entries in a full page of the index. */
const PAGE = 1_000;

/** Late entries served by one pass, so that a long outage does not end in a flood. */
const MAX_LATE = 10_000;

/**
 * One pass over the due index, for the minute that begins at `scheduledAt`. Sends the wakes of waits and delays that
 * end in the window of this pass, and wakes once more, ever more rarely, what should have moved long ago. It never
 * changes seq, status or state; running it twice, or not at all, loses nothing (I20).
 *
 * @throws PortError when index, table or queue did not answer; the next pass comes in a minute.
 */
export async function sweep(scheduledAt: number, ports: Ports, settings: EngineSettings): Promise<SweepReport> {
  const minute = Math.floor(scheduledAt / PERIOD) * PERIOD;
  const ahead = await entries(ports, minute + LOOK_AHEAD, minute + LOOK_AHEAD + PERIOD);
  const backlogged = (await ports.queue.backlog()) > MAX_BACKLOG;
  const late = backlogged ? [] : await entries(ports, minute - LATE_WINDOW, minute - LATE_AFTER);
  const dueAgain = late.filter(({ at }) => isTurn(minute - at)).slice(0, MAX_LATE);
  let sent = 0;
  for (const batch of chunks([...ahead, ...dueAgain], 100)) {
    const heads = await readable([...new Set(batch.map(({ id }) => id))], ports);
    const served = await Promise.all(heads.map((head) => serve(head, backlogged, ports, settings)));
    const messages = served.flat();
    if (messages.length > 0) await ports.queue.send(messages);
    sent += messages.length;
  }
  return { read: ahead.length + dueAgain.length, sent, backlogged };
}

/**
 * For hosts whose clock jumps: the next minute, after the one swept last, in which a pass finds something of the
 * entries that are due at these times. Passes that find nothing are left out, so that a month does not cost 43,200 of
 * them. Infinity when nothing is due.
 */
export function nextSweep(times: readonly number[], swept: number): number {
  const passes = times.map((at) => {
    const minute = Math.floor(at / PERIOD) * PERIOD;
    // The pass that looks this far ahead; when it is over, the first that serves the entry late.
    const own = minute - LOOK_AHEAD;
    return own > swept ? own : Math.max(minute + LATE_AFTER + PERIOD, swept + PERIOD);
  });
  return Math.min(Infinity, ...passes);
}

async function entries(ports: Ports, from: number, until: number): Promise<readonly DueEntry[]> {
  const shards = await Promise.all(
    Array.from({ length: DUE_SHARDS }, (_, shard) => entriesOf(shard, from, until, ports)),
  );
  return shards.flat();
}

/** All of one shard, page after page. A page begins where the one before ended, so some are read twice. */
async function entriesOf(shard: number, from: number, until: number, ports: Ports): Promise<readonly DueEntry[]> {
  const found = new Map<string, DueEntry>();
  for (let start = from; ;) {
    const page = await ports.index.due(shard, start, until);
    for (const entry of page) found.set(entry.id, entry);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || last.at === start) return [...found.values()];
    start = last.at;
  }
}

/** After 5, 8, 16, 32 … minutes, then once a day: what stays late is not hammered, and not forgotten. */
function isTurn(lateBy: number): boolean {
  const minutes = Math.round(lateBy / PERIOD);
  return minutes === LATE_AFTER / PERIOD + 1 || (minutes & (minutes - 1)) === 0 || minutes % DAY === 0;
}

/** The heads of these ids. One that cannot be read, and never will be, must not keep the others from their time. */
async function readable(ids: readonly string[], ports: Ports): Promise<readonly InstanceHead[]> {
  try {
    return [...(await ports.instances.read(ids)).values()];
  } catch (error) {
    if (!isCorrupt(error)) throw error;
  }
  const heads = ids.map(async (id) => {
    try {
      return [...(await ports.instances.read([id])).values()];
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      ports.logger.log("error", "an instance in the due index cannot be read", { instance: id, reason: String(error) });
      return [];
    }
  });
  return (await Promise.all(heads)).flat();
}

function isCorrupt(error: unknown): boolean {
  return error instanceof PortError && error.code === "corrupt";
}

/** The messages to send for a head that the index named. */
async function serve(
  head: InstanceHead,
  backlogged: boolean,
  ports: Ports,
  settings: EngineSettings,
): Promise<readonly OutgoingMessage[]> {
  const now = ports.clock.now();
  // Whoever ends the pause sends a message that wakes it.
  if (head.pauseId !== undefined && head.heldToken === head.token) return [];
  if (hasEnded(head.status) || head.status === "blocked" || head.indexedAt === undefined) return [];
  if (head.status === "waiting" || head.status === "timer" || isExpired(head, now)) {
    const due = Math.min(head.dueAt ?? Infinity, head.deadline ?? Infinity);
    return due === Infinity || due - now > LONGEST_DELAY ? [] : [wake(head, due - now)];
  }
  // What stands still because of the backlog must not add to it: the late pass looks after it.
  return backlogged ? [] : watch(head, now, ports, settings);
}

function isExpired({ deadline }: InstanceHead, now: number): boolean {
  return deadline !== undefined && deadline <= now + 2 * PERIOD;
}

/** The watchdog: an instance that has not moved for long gets its messages again, and is looked after later. */
async function watch(
  head: InstanceHead,
  now: number,
  ports: Ports,
  settings: EngineSettings,
): Promise<readonly OutgoingMessage[]> {
  const age = now - Math.max(head.updatedAt, head.readyAt);
  const grace = (settings.functionTimeout + settings.visibilityTimeout) * 2_000;
  const duties = age > grace && head.pauseId === undefined ? dutiesOf(head, now) : [];
  if (duties.length > 0) {
    ports.logger.log("warn", "an instance that stood still was woken", { instance: head.id, age });
  }
  // The longer it has stood still, the later the next look: resending never becomes a load of its own.
  const indexedAt = Math.max(watchTime(now, head.deadline), Math.min(now + age, head.deadline ?? Infinity));
  await ports.instances.update(head.id, { set: { indexedAt } }, { seq: head.seq, statusIn: [head.status] });
  return duties;
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
