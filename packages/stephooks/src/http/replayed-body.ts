import { finished, Readable } from "node:stream";
import type { Begin } from "./app-response.ts";

/**
 * The bytes of a body as a stream, as often as somebody wants one. Who comes after a stream has been read gets a new
 * one from its beginning, so a middleware that reads the body leaves it to the route, and reading may begin late.
 */
export class ReplayedBody {
  readonly #bytes: () => Uint8Array;
  readonly #begin: Begin;
  #current: Readable | undefined;

  /** `begin` is told of every stream and of every pipe until it has ended. */
  constructor(bytes: () => Uint8Array, begin: Begin) {
    this.#bytes = bytes;
    this.#begin = begin;
  }

  pipe<Destination extends NodeJS.WritableStream>(
    destination: Destination,
    options?: { readonly end?: boolean },
  ): Destination {
    if (options?.end !== false) finished(destination, { readable: false }, this.#begin());
    return this.#stream().pipe(destination, options);
  }

  /** Listeners of one turn of the event loop share a stream, which flows by itself. */
  shared(): Readable {
    if (this.#current !== undefined && !this.#current.readableEnded && !this.#current.destroyed) return this.#current;
    const stream = this.#stream();
    this.#current = stream;
    // A listener for the end alone takes no data; on codehooks the platform drains the stream for it.
    setImmediate(() => {
      if (stream.readableFlowing === null && stream.listenerCount("readable") === 0) stream.resume();
    });
    return stream;
  }

  iterate(): AsyncIterator<Buffer> {
    return this.#stream()[Symbol.asyncIterator]();
  }

  #stream(): Readable {
    const bytes = Buffer.from(this.#bytes());
    const end = this.#begin();
    return new Readable({
      read() {
        if (bytes.byteLength > 0) this.push(bytes);
        this.push(null);
      },
    }).once("close", end);
  }
}
