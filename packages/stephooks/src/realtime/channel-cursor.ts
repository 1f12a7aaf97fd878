import type { Clock } from "@stephooks/core";
import { type ChannelEvent, type LogEntry, READ_AT_ONCE } from "./channel-log.ts";
import type { LogReader } from "./shared-reader.ts";

/** How long a reader waits for an event whose number is taken, milliseconds; then it closes the number. */
export const HOLE_WAIT = 1_500;

/** An event with its number. */
export interface NumberedEvent extends ChannelEvent {
  readonly number: number;
}

/** A number without an entry that the reader has come to. */
interface Hole {
  readonly number: number;
  /** When it was first met, and the last number that was taken then. */
  readonly since: number;
  readonly end: number;
}

/** The place of one reader in a channel. */
export class ChannelCursor {
  readonly #log: LogReader;
  readonly #clock: Clock;
  #position: number;
  #hole: Hole | undefined;
  #behind = false;

  constructor(log: LogReader, clock: Clock, position: number) {
    this.#log = log;
    this.#clock = clock;
    this.#position = position;
  }

  /** The number up to which everything was read. */
  get position(): number {
    return this.#position;
  }

  /** True when more can be read at once. */
  get isBehind(): boolean {
    return this.#behind;
  }

  /** True when the next event is on its way. */
  get isWaiting(): boolean {
    return this.#hole !== undefined;
  }

  /** The events that come next, in order, {@link READ_AT_ONCE} at the most. */
  async next(): Promise<readonly NumberedEvent[]> {
    this.#behind = false;
    const end = await this.#log.end();
    if (end <= this.#position) return [];
    const last = Math.min(end, this.#position + READ_AT_ONCE);
    const entries = await this.#log.read(this.#position + 1, last);
    const { events, reached } = inARow(entries, this.#position, last);
    if (reached < last) {
      // What fails here fails before the place has moved: no event is passed that was not given out.
      this.#position = await this.#atHole(entries, { number: reached + 1, last, end });
    } else {
      this.#hole = undefined;
      this.#position = reached;
      this.#behind = last < end;
    }
    return events;
  }

  /** Where to go on: before the hole, or behind it when it was long enough there. */
  async #atHole(
    entries: ReadonlyMap<number, LogEntry>,
    { end, last, number }: { readonly number: number; readonly last: number; readonly end: number },
  ): Promise<number> {
    const now = this.#clock.now();
    if (this.#hole?.number !== number) this.#hole = { number, since: now, end };
    const hole = this.#hole;
    if (now - hole.since < HOLE_WAIT) return number - 1;
    // A long stretch of nothing is what has expired. It is passed without a write for each number.
    const isLong = entries.size === 0 && last - number === READ_AT_ONCE - 1;
    const next = isLong ? ((await this.#log.firstFrom(number)) ?? Math.max(last, end - READ_AT_ONCE) + 1) : number;
    if (!isLong) {
      await Promise.all(missing(number, Math.min(last, hole.end), entries).map((late) => this.#log.close(late)));
    }
    this.#hole = undefined;
    this.#behind = true;
    return next - 1;
  }
}

/** The events that follow the position without a gap, and the number they reach. */
function inARow(
  entries: ReadonlyMap<number, LogEntry>,
  position: number,
  last: number,
): { readonly events: readonly NumberedEvent[]; readonly reached: number } {
  const events: NumberedEvent[] = [];
  for (let number = position + 1; number <= last; number += 1) {
    const entry = entries.get(number);
    if (entry === undefined) return { events, reached: number - 1 };
    if (entry.kind === "event") events.push({ ...entry.event, number });
  }
  return { events, reached: last };
}

/** The numbers from `first` on up to the one before the first entry. */
function missing(first: number, last: number, entries: ReadonlyMap<number, LogEntry>): readonly number[] {
  const numbers: number[] = [];
  for (let number = first; number <= last && !entries.has(number); number++) numbers.push(number);
  return numbers;
}
