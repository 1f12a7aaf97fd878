import type { Clock } from "@stephooks/core";

/** Attempts of one address within a window before it has to wait. */
const maxAttempts = 20;

/** Milliseconds. */
const windowLength = 60_000;

/** Most addresses remembered; the oldest is forgotten first. */
const maxAddresses = 10_000;

/** Counts failed attempts by address. Every execution environment counts for itself. */
export class AttemptLimit {
  readonly #clock: Clock;
  readonly #counts = new Map<string, { readonly since: number; failures: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes one failure. */
  note(address: string): void {
    const count = this.#current(address);
    if (count !== undefined) {
      count.failures += 1;
      return;
    }
    this.#counts.delete(address);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size >= maxAddresses && oldest !== undefined) this.#counts.delete(oldest);
    this.#counts.set(address, { since: this.#clock.now(), failures: 1 });
  }

  /** True while the address has to wait for its window to end. */
  reached(address: string): boolean {
    return (this.#current(address)?.failures ?? 0) >= maxAttempts;
  }

  #current(address: string): { failures: number } | undefined {
    const count = this.#counts.get(address);
    // A clock that was set back must not keep anybody out.
    const age = count === undefined ? 0 : this.#clock.now() - count.since;
    return age >= 0 && age < windowLength ? count : undefined;
  }
}
