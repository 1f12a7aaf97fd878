import type { Clock } from "@stephooks/core";
import type { ChannelLog, LogEntry } from "./channel-log.ts";

/** How old an answer about the end of a channel may be that several connections share, milliseconds. */
const SHARED_FOR = 200;

/** The newest entries that are kept for those who come to them next. */
const KEPT = 200;

/** What a cursor reads from. */
export type LogReader = Pick<ChannelLog, "close" | "end" | "firstFrom" | "read">;

/** One channel for all connections of a process, which read the same at nearly the same time. */
export class SharedReader implements LogReader {
  readonly #log: LogReader;
  readonly #clock: Clock;
  #end: { readonly at: number; readonly answer: Promise<number> } | undefined;
  /** What is stored under a number never changes. */
  readonly #entries = new Map<number, LogEntry>();
  readonly #reads = new Map<string, Promise<ReadonlyMap<number, LogEntry>>>();

  constructor(log: LogReader, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  end(): Promise<number> {
    const now = this.#clock.now();
    if (this.#end === undefined || Math.abs(now - this.#end.at) >= SHARED_FOR) {
      const answer = this.#log.end();
      this.#end = { at: now, answer };
      // A failure is told to those who wait for this answer, and to nobody later.
      answer.catch(() => (this.#end = undefined));
    }
    return this.#end.answer;
  }

  async read(from: number, to: number): Promise<ReadonlyMap<number, LogEntry>> {
    const known = new Map<number, LogEntry>();
    let first: number | undefined;
    for (let number = from; number <= to; number += 1) {
      const entry = this.#entries.get(number);
      if (entry !== undefined) known.set(number, entry);
      else first ??= number;
    }
    if (first === undefined) return known;
    return new Map([...known, ...(await this.#fetch(first, to))]);
  }

  firstFrom(number: number): Promise<number | undefined> {
    return this.#log.firstFrom(number);
  }

  close(number: number): Promise<void> {
    return this.#log.close(number);
  }

  #fetch(from: number, to: number): Promise<ReadonlyMap<number, LogEntry>> {
    const key = `${from}-${to}`;
    const running = this.#reads.get(key);
    if (running !== undefined) return running;
    const reading = this.#log
      .read(from, to)
      .then((entries) => {
        for (const [number, entry] of entries) this.#keep(number, entry);
        return entries;
      })
      .finally(() => this.#reads.delete(key));
    this.#reads.set(key, reading);
    return reading;
  }

  #keep(number: number, entry: LogEntry): void {
    this.#entries.delete(number);
    this.#entries.set(number, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= KEPT) return;
      this.#entries.delete(oldest);
    }
  }
}
