import type { Clock } from "@stephooks/core";

/** The machine's clock, which can be set forward: timers that become due by that fire at once, the others sooner. */
export class MovableClock implements Clock {
  #offset: number;
  #timers: readonly Timer[] = [];

  constructor(offset = 0) {
    this.#offset = offset;
  }

  /** Milliseconds it is ahead of the machine's clock. */
  get offset(): number {
    return this.#offset;
  }

  now(): number {
    return Date.now() + this.#offset;
  }

  timer(milliseconds: number, fire: () => void): () => void {
    const timer: Timer = { at: this.now() + milliseconds, fire, handle: undefined };
    this.#timers = [...this.#timers, timer];
    this.#arm(timer);
    return () => this.#forget(timer);
  }

  /** Fires due timers in the order of their times. */
  moveTo(offset: number): void {
    this.#offset = offset;
    const due = this.#timers.filter(({ at }) => at <= this.now()).toSorted((one, other) => one.at - other.at);
    for (const timer of due) this.#fire(timer);
    for (const timer of this.#timers) this.#arm(timer);
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.handle);
    timer.handle = setTimeout(() => this.#fire(timer), Math.max(0, timer.at - this.now()));
  }

  /** One that was cancelled by another meanwhile stays quiet. */
  #fire(timer: Timer): void {
    if (!this.#timers.includes(timer)) return;
    this.#forget(timer);
    timer.fire();
  }

  #forget(timer: Timer): void {
    clearTimeout(timer.handle);
    this.#timers = this.#timers.filter((other) => other !== timer);
  }
}

interface Timer {
  readonly at: number;
  readonly fire: () => void;
  handle: NodeJS.Timeout | undefined;
}
