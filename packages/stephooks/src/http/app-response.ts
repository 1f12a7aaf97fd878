import { Writable } from "node:stream";
import { StephooksError } from "../stephooks-error.ts";
import type { WholeAnswer } from "./http-app.ts";
import type { HeaderValue, HttpResponse } from "./http-response.ts";
import { ResponseBody } from "./response-body.ts";
import { mediaType, ResponseHeaders } from "./response-headers.ts";
import { bytesOf, isBytes } from "./response-bytes.ts";

const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

const jsonType = "application/json; charset=utf-8";

/** Notes one operation begun; the returned function notes its end. */
export type Begin = () => () => void;

/** The HTML of a view. */
export type Render = (view: string, data: unknown) => Promise<string>;

const noRenderer: Render = () => Promise.reject(new StephooksError("view-failed", "This host renders no views."));

/** The answer of one request: what functions make of it, and what the host takes from it. */
export class AppResponse implements HttpResponse {
  /** Whether what is written leaves at once: the host says so before any function runs. */
  isStreamed = false;
  /** Settles when status and headers are fixed. */
  readonly opened: Promise<void>;
  readonly #begin: Begin;
  readonly #render: Render;
  readonly #strict: boolean;
  readonly #headers = new ResponseHeaders();
  readonly #body = new ResponseBody();
  #open: () => void;
  /** Told when nothing that functions add counts any more. */
  #whenEnded: (() => void) | undefined;
  #status = 200;
  /** Status and headers are on their way. */
  #sent = false;
  /** Nothing that functions add counts any more. */
  #ended = false;
  #writable: Writable | undefined;

  /**
   * `begin` is told of work that ends with this response: a pipe into `writable`, an iterable given to `json`. With
   * `strict` null is no JSON, as with codehooks.
   */
  constructor(begin: Begin = () => () => {}, render: Render = noRenderer, strict = false) {
    this.#begin = begin;
    this.#render = render;
    this.#strict = strict;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.opened = promise;
    this.#open = resolve;
  }

  get headersSent(): boolean {
    return this.#sent || this.#ended;
  }

  get writableEnded(): boolean {
    return this.#ended;
  }

  /** True when nothing of the body is missing. */
  get isComplete(): boolean {
    return this.#body.isComplete;
  }

  /** Settles when nothing that functions add counts any more. To be asked once at a time. */
  ended(): Promise<void> {
    return this.#ended ? Promise.resolve() : new Promise((resolve) => (this.#whenEnded = resolve));
  }

  get writable(): Writable {
    this.#writable ??= this.#createWritable();
    return this.#writable;
  }

  status(code: number): this {
    if (this.headersSent) return this;
    // JavaScript apps pass on codes of other servers and of errors, which may be texts.
    const given: unknown = code;
    const status = Number(given);
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new StephooksError(
        "invalid-status",
        `res.status(${String(code)}): a status is a whole number from 200 to 599.`,
      );
    }
    this.#status = status;
    return this;
  }

  set(name: string | Readonly<Record<string, HeaderValue | undefined>>, value?: HeaderValue): this {
    return typeof name === "string" ? this.setHeader(name, value) : this.headers(name);
  }

  headers(headers: Readonly<Record<string, HeaderValue | undefined>>): this {
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    return this;
  }

  setHeader(name: string, value: HeaderValue | undefined): this {
    if (this.headersSent || value === undefined || value === null) return this;
    this.#headers.set(name, typeof value === "object" ? value.map(String) : [String(value)]);
    return this;
  }

  removeHeader(name: string): this {
    if (!this.headersSent) this.#headers.delete(name);
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name);
  }

  type(type: string): this {
    return this.setHeader("content-type", mediaType(type));
  }

  json(value: unknown): this {
    if (this.#ended) return this;
    if (isAsyncIterable(value)) return this.#sendItems(value);
    // undefined and functions have no JSON: the body stays empty.
    const text: string | undefined = value === null && this.#strict ? "" : JSON.stringify(value);
    return this.#finish(text ?? "", jsonType);
  }

  send(value?: unknown): this {
    if (value === undefined || value === null) return this.#finish("");
    if (typeof value === "string") return this.#finish(value, "text/plain; charset=utf-8");
    if (isBytes(value)) return this.#finish(value, "application/octet-stream");
    return this.json(value);
  }

  end(value?: unknown): this {
    return this.send(value);
  }

  write(chunk: unknown, _type?: string): this {
    if (this.#ended || chunk === undefined || chunk === null) return this;
    const content: string | Uint8Array | ArrayBuffer | undefined =
      typeof chunk === "string" || isBytes(chunk) ? chunk : JSON.stringify(chunk);
    if (content === undefined) return this;
    this.#body.push(bytesOf(content));
    this.#fixHead();
    return this;
  }

  render(view: string, data?: unknown): this {
    const end = this.#begin();
    void this.#render(view, data)
      .then((html) => this.type("html").#finish(html))
      .catch((error: unknown) => this.fail(error))
      .finally(end);
    return this;
  }

  redirect(codeOrUrl: number | string, urlOrCode?: string | number): this {
    if (this.headersSent) return this;
    const [url, code] =
      typeof codeOrUrl === "number" ? [urlOrCode ?? "", codeOrUrl] : [codeOrUrl, Number(urlOrCode ?? 302)];
    if (!Number.isInteger(code) || code < 300 || code > 399) {
      throw new StephooksError("invalid-status", `res.redirect(${String(code)}): use a code from 300 to 399.`);
    }
    return this.status(code)
      .setHeader("location", escaped(String(url)))
      .#finish("");
  }

  /**
   * Status, headers and body as they are: a body that has not ended is a stream of what was written and will be, until
   * {@link close} or {@link fail}. To be taken once.
   */
  toResponse(): Response {
    return new Response(this.#responseBody(), { status: this.#status, headers: this.#headers.toHeaders() });
  }

  /** The same for a body that is complete. To be taken once. */
  toWholeAnswer(): WholeAnswer {
    const body = this.#body.take();
    return {
      status: this.#status,
      headers: this.#headers.toHeaders(),
      body: bodilessStatuses.has(this.#status) ? new Uint8Array() : body,
    };
  }

  /** Ends what has not ended, for functions that settled without doing so. */
  close(): void {
    this.#end();
    this.#body.close();
    this.#fixHead();
  }

  /** A function failed after its answer had begun: the body breaks off. */
  fail(error: unknown): void {
    this.#end();
    this.#body.fail(error);
  }

  /** Settles when the body is complete. Rejects with what broke it off. */
  complete(): Promise<void> {
    return this.#body.complete();
  }

  #responseBody(): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null {
    if (bodilessStatuses.has(this.#status)) return null;
    if (!this.#body.closed) return this.#body.stream();
    const bytes = this.#body.take();
    return bytes.byteLength === 0 ? null : bytes;
  }

  #finish(content: string | Uint8Array | ArrayBuffer, type?: string): this {
    if (this.#ended) return this;
    if (type !== undefined && !this.#headers.has("content-type")) this.setHeader("content-type", type);
    this.#body.push(bytesOf(content));
    this.close();
    return this;
  }

  #end(): void {
    this.#ended = true;
    this.#whenEnded?.();
  }

  #fixHead(): void {
    this.#sent = true;
    this.#open();
  }

  #createWritable(): Writable {
    const end = this.#begin();
    const writable = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.write(chunk);
        void this.#whenDrained(done);
      },
      final: (done) => {
        this.end();
        done();
      },
      destroy: (error, done) => {
        if (!this.#ended && error !== null) this.fail(error);
        end();
        done(error);
      },
    });
    // The answer tells of the failure; as an event nobody listens to it would end the process.
    writable.on("error", () => {});
    // A pipe of something long must not go on for a client that has left.
    void this.#body.left.then(() => writable.destroy());
    return writable;
  }

  async #whenDrained(done: () => void): Promise<void> {
    await this.#body.drained();
    done();
  }

  #sendItems(items: AsyncIterable<unknown>): this {
    if (!this.#headers.has("content-type")) this.setHeader("content-type", jsonType);
    // Ended for the functions: an end that follows, as many apps write it, must not cut the list off.
    this.#end();
    const end = this.#begin();
    void this.#writeItems(items)
      .catch((error: unknown) => this.fail(error))
      .finally(end);
    return this;
  }

  async #writeItems(items: AsyncIterable<unknown>): Promise<void> {
    let before = "[";
    for await (const item of items) {
      this.#body.push(Buffer.from(before + (JSON.stringify(item) ?? "null")));
      this.#fixHead();
      before = ",";
      await this.#body.drained();
      // Leaving the loop closes the cursor of a client that has left.
      if (this.#body.closed) return;
    }
    this.#body.push(Buffer.from(before === "[" ? "[]" : "]"));
    this.close();
  }
}

/** A header holds ASCII only. What is escaped already stays, and control characters are refused with the header. */
function escaped(url: string): string {
  return url.toWellFormed().replaceAll(/[\u0080-\u{10ffff} ]+/gu, encodeURIComponent);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
