/** What one request has begun and nobody awaits: pipes, iterables that are being sent. */
export class OpenWork {
  readonly #open = new Set<Promise<void>>();

  /** Notes one operation; the returned function, called once or more, notes its end. */
  readonly begin = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open.add(promise);
    return () => {
      this.#open.delete(promise);
      resolve();
    };
  };

  /** Settles when all of it has ended. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }
}
