/** Something that happens at a virtual time, unless it is called off. */
export interface Scheduled {
  readonly at: number;
  live: boolean;
}

interface Entry extends Scheduled {
  readonly order: number;
  readonly run: () => void;
}

/** When every simulated world begins. */
const BEGINNING = Date.UTC(2026, 0, 1);

/** Virtual time: one heap of events, one clock that only the next event moves. */
export class Timeline {
  readonly #heap: Entry[] = [];
  #now = BEGINNING;
  #scheduled = 0;

  /** Epoch milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** Milliseconds since the world began. */
  get elapsed(): number {
    return this.#now - BEGINNING;
  }

  /** Events of one instant happen in the order in which they were scheduled. */
  at(at: number, run: () => void): Scheduled {
    this.#scheduled += 1;
    const entry: Entry = { at: Math.max(at, this.#now), order: this.#scheduled, run, live: true };
    this.#push(entry);
    return entry;
  }

  after(milliseconds: number, run: () => void): Scheduled {
    return this.at(this.#now + milliseconds, run);
  }

  /**
   * Lets the next event happen and everything it leads to without time passing. False when nothing is left. The tick
   * queue is served when no promise has anything left to do, so no code outside the simulation runs in between.
   */
  async advance(): Promise<boolean> {
    for (;;) {
      const entry = this.#pop();
      if (entry === undefined) return false;
      if (!entry.live) continue;
      this.#now = entry.at;
      entry.run();
      await drained();
      return true;
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const a = heap[left];
      const b = heap[right];
      const isRight = a !== undefined && b !== undefined && isBefore(b, a);
      const child = isRight ? b : a;
      if (child === undefined || isBefore(last, child)) break;
      heap[index] = child;
      index = isRight ? right : left;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
