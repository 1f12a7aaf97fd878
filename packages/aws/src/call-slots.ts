/** Calls on their way at the same time; further ones wait in line. */
export class CallSlots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async take<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = this.#waiting.shift();
      // The slot is handed on, so nobody can slip in between.
      if (next) next();
      else this.#free += 1;
    }
  }
}
