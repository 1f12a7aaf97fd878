import { StephooksError } from "../stephooks-error.ts";

/** One value, or several header lines. */
export type HeaderValue = string | number | readonly (string | number)[];

/**
 * The answer to a request, as codehooks hands it to route functions. Nothing leaves before the functions have
 * settled, so code after `send` still runs; but once something was written or the response ended, status and headers
 * stay as they are, and after the end every call is without effect.
 */
export interface HttpResponse {
  /** True once something was written or the response ended. */
  readonly headersSent: boolean;
  /** True once the response ended. */
  readonly writableEnded: boolean;
  /** 200 to 599. Throws `invalid-status`. */
  status(code: number): HttpResponse;
  /** Sets headers, replacing earlier ones of that name. Throws `invalid-header` for what HTTP cannot carry. */
  set(name: string, value: HeaderValue): HttpResponse;
  set(headers: Readonly<Record<string, HeaderValue>>): HttpResponse;
  /** As {@link HttpResponse.set}. */
  headers(headers: Readonly<Record<string, HeaderValue>>): HttpResponse;
  /** As {@link HttpResponse.set}. */
  setHeader(name: string, value: HeaderValue): HttpResponse;
  removeHeader(name: string): HttpResponse;
  /** Sets the content type: a media type, or one of html, text, json, xml, css, csv, js, svg. */
  type(type: string): HttpResponse;
  /** Answers with the value as JSON and ends; a stream of documents is answered as an array. */
  json(value: unknown): HttpResponse;
  /** Answers with a text, bytes, or anything else as JSON, and ends. A text is text/plain unless a type was set. */
  send(value?: unknown): HttpResponse;
  /** As {@link HttpResponse.send}; without a value it only ends. */
  end(value?: unknown): HttpResponse;
  /** Adds a text, bytes, a number, or an object as JSON. `type` is accepted and not needed. */
  write(chunk: unknown, type?: string): HttpResponse;
  /** Sends the client to another URL, with 302 or the given code (300 to 399), and ends. */
  redirect(url: string): HttpResponse;
  redirect(code: number, url: string): HttpResponse;
}

const shortTypes: ReadonlyMap<string, string> = new Map([
  ["html", "text/html; charset=utf-8"],
  ["text", "text/plain; charset=utf-8"],
  ["txt", "text/plain; charset=utf-8"],
  ["json", "application/json; charset=utf-8"],
  ["xml", "application/xml"],
  ["css", "text/css; charset=utf-8"],
  ["csv", "text/csv; charset=utf-8"],
  ["js", "text/javascript; charset=utf-8"],
  ["svg", "image/svg+xml"],
]);

/** The length of a message and its framing belong to the host that writes it. */
const framingHeaders: ReadonlySet<string> = new Set(["content-length", "transfer-encoding", "connection"]);

const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/** Collects an answer in memory. */
export class BufferedResponse implements HttpResponse {
  readonly #headers = new Map<string, readonly string[]>();
  readonly #chunks: Uint8Array[] = [];
  #status = 200;
  #ended = false;

  get headersSent(): boolean {
    return this.#ended || this.#chunks.length > 0;
  }

  get writableEnded(): boolean {
    return this.#ended;
  }

  status(code: number): this {
    if (this.headersSent) return this;
    if (!Number.isInteger(code) || code < 200 || code > 599) {
      throw new StephooksError(
        "invalid-status",
        `res.status(${String(code)}): a status is a whole number from 200 to 599.`,
      );
    }
    this.#status = code;
    return this;
  }

  set(name: string | Readonly<Record<string, HeaderValue>>, value?: HeaderValue): this {
    if (typeof name !== "string") return this.headers(name);
    return this.setHeader(name, value ?? "");
  }

  headers(headers: Readonly<Record<string, HeaderValue>>): this {
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    return this;
  }

  setHeader(name: string, value: HeaderValue): this {
    if (this.headersSent) return this;
    const lines = typeof value === "object" ? value.map(String) : [String(value)];
    assertHeader(name, lines);
    const key = name.toLowerCase();
    if (!framingHeaders.has(key)) this.#headers.set(key, lines);
    return this;
  }

  removeHeader(name: string): this {
    if (!this.headersSent) this.#headers.delete(name.toLowerCase());
    return this;
  }

  type(type: string): this {
    return this.setHeader("content-type", shortTypes.get(type) ?? type);
  }

  json(value: unknown): this {
    if (this.#ended) return this;
    if (isDocumentStream(value)) {
      value.pipe(this);
      return this;
    }
    // undefined and functions have no JSON: the body stays empty.
    const text: string | undefined = JSON.stringify(value);
    return this.#finish(text ?? "", "application/json; charset=utf-8");
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
    if (content !== undefined) this.#chunks.push(bytesOf(content));
    return this;
  }

  redirect(codeOrUrl: number | string, url?: string): this {
    if (this.headersSent) return this;
    const code = typeof codeOrUrl === "number" ? codeOrUrl : 302;
    if (!Number.isInteger(code) || code < 300 || code > 399) {
      throw new StephooksError("invalid-status", `res.redirect(${String(code)}): use a code from 300 to 399.`);
    }
    const target = url ?? (typeof codeOrUrl === "string" ? codeOrUrl : "");
    return this.status(code).setHeader("location", target).#finish("");
  }

  /** What was collected so far, as a Fetch response. */
  toResponse(): Response {
    const headers = new Headers();
    for (const [name, lines] of this.#headers) {
      for (const line of lines) headers.append(name, line);
    }
    const body = bodilessStatuses.has(this.#status) || this.#chunks.length === 0 ? null : Buffer.concat(this.#chunks);
    return new Response(body, { status: this.#status, headers });
  }

  #finish(content: string | Uint8Array | ArrayBuffer, type?: string): this {
    if (this.#ended) return this;
    if (type !== undefined && !this.#headers.has("content-type")) this.setHeader("content-type", type);
    const bytes = bytesOf(content);
    if (bytes.length > 0) this.#chunks.push(bytes);
    this.#ended = true;
    return this;
  }
}

/** What `getMany` gives: it writes its documents and ends the response in its own time. */
function isDocumentStream(value: unknown): value is { pipe(target: HttpResponse): unknown } {
  return typeof value === "object" && value !== null && "toArray" in value && "pipe" in value;
}

function isBytes(value: unknown): value is Uint8Array | ArrayBuffer {
  return value instanceof Uint8Array || value instanceof ArrayBuffer;
}

/** A copy: the caller may go on to change its buffer. */
function bytesOf(content: string | Uint8Array | ArrayBuffer): Uint8Array {
  if (typeof content === "string") return Buffer.from(content, "utf8");
  return content instanceof ArrayBuffer ? new Uint8Array(content.slice(0)) : Uint8Array.from(content);
}

/** Printable ASCII only: what is more is either split by some proxy or read in another encoding. */
function assertHeader(name: string, lines: readonly string[]): void {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    throw new StephooksError("invalid-header", "A response header's name is not one that HTTP allows.");
  }
  if (lines.every((line) => /^[\t\x20-\x7e]*$/.test(line))) return;
  throw new StephooksError(
    "invalid-header",
    `The response header "${name}" holds a line break or a character outside ASCII: encode it first.`,
    { header: name },
  );
}
