/** Bytes a reader may leave unread before a writer that asks is told to wait. */
const highWaterMark = 65_536;

/**
 * The bytes of an answer between the functions that write them and the host that sends them. A host that reads while
 * functions write gets a stream, one that waits for the end gets all of them at once.
 */
export class ResponseBody {
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;
  #closed = false;
  readonly #whenClosed = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];
  readonly #left = Promise.withResolvers<void>();

  /** Settles when the reader has left before the end. */
  get left(): Promise<void> {
    return this.#left.promise;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Closed, and not by a failure. */
  get isComplete(): boolean {
    return this.#closed && this.#failure === undefined;
  }

  push(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#closed || bytes.byteLength === 0) return;
    this.#chunks.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    this.#wakeReader?.();
  }

  /** Nothing follows. */
  close(): void {
    this.#closed = true;
    this.#whenClosed.resolve();
    this.#wakeReader?.();
    this.#releaseWriters();
  }

  /** What was pushed is not all there was: a reader is told that the body broke off. */
  fail(error: unknown): void {
    if (!this.#closed) this.#failure = { error };
    this.close();
  }

  /** Settles when it is closed. Rejects with what it failed with. */
  async complete(): Promise<void> {
    await this.#whenClosed.promise;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Settles when a reader has taken enough for more to be written; at once while nobody reads. */
  async drained(): Promise<void> {
    while (this.#controller !== undefined && !this.#closed && this.#waitingBytes > highWaterMark) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
    }
  }

  /** What was pushed so far, taken out. */
  take(): Uint8Array<ArrayBuffer> {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#waitingBytes = 0;
    const [only, ...more] = chunks;
    return only !== undefined && more.length === 0 ? only : Buffer.concat(chunks);
  }

  /** What was pushed and what will be, until {@link close}. A reader that leaves closes the body. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: (controller) => this.#deliver(controller),
        cancel: () => {
          this.take();
          this.close();
          this.#left.resolve();
        },
      },
      { highWaterMark: 0 },
    );
  }

  async #deliver(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#chunks.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
    if (this.#chunks.length > 0) {
      controller.enqueue(this.take());
      this.#releaseWriters();
    } else if (this.#failure === undefined) {
      controller.close();
    } else {
      controller.error(this.#failure.error);
    }
  }

  #releaseWriters(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake();
  }
}
