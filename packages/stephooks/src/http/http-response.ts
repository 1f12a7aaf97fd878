import type { Writable } from "node:stream";

/** One value, or several header lines. */
export type HeaderValue = string | number | readonly (string | number)[];

/**
 * The answer to a request, as codehooks hands it to route functions. The first `write` or the end fixes status and
 * headers; from then on they stay as they are, and after the end every call is without effect, a second `end`
 * included. Where the host streams, what is written leaves at once, otherwise when the functions have settled; code
 * after `send` runs to its end in both cases.
 */
export interface HttpResponse {
  /** True once something was written or the response ended. */
  readonly headersSent: boolean;
  /** True once the response ended. */
  readonly writableEnded: boolean;
  /** Takes what is piped into it; its end ends the response. The request waits for that end. */
  readonly writable: Writable;
  /** 200 to 599. Throws `invalid-status`. */
  status(code: number): HttpResponse;
  /**
   * Sets headers, replacing earlier ones of that name; undefined values are left out. Throws `invalid-header` for what
   * HTTP cannot carry.
   */
  set(name: string, value: HeaderValue | undefined): HttpResponse;
  set(headers: Readonly<Record<string, HeaderValue | undefined>>): HttpResponse;
  /** As {@link HttpResponse.set}. */
  headers(headers: Readonly<Record<string, HeaderValue | undefined>>): HttpResponse;
  /** As {@link HttpResponse.set}. */
  setHeader(name: string, value: HeaderValue | undefined): HttpResponse;
  removeHeader(name: string): HttpResponse;
  /** What a header is set to so far; several lines joined with a comma. */
  getHeader(name: string): string | undefined;
  /** Sets the content type: a media type, or one of html, text, json, xml, css, csv, js, svg. */
  type(type: string): HttpResponse;
  /** Answers with the value as JSON and ends. An async iterable, such as a cursor, is sent as an array, item by item. */
  json(value: unknown): HttpResponse;
  /** Answers with a text, bytes, or anything else as JSON, and ends. A text is text/plain unless a type was set. */
  send(value?: unknown): HttpResponse;
  /** As {@link HttpResponse.send}; without a value it only ends. */
  end(value?: unknown): HttpResponse;
  /** Adds a text, bytes, a number, or an object as JSON. `type` is accepted and not needed. */
  write(chunk: unknown, type?: string): HttpResponse;
  /** Answers with a view of the deployed source as HTML, and ends. Rendering goes on after the call. */
  render(view: string, data?: unknown): HttpResponse;
  /** Sends the client to another URL, with 302 or the given code (300 to 399), and ends. */
  redirect(url: string): HttpResponse;
  redirect(code: number, url: string): HttpResponse;
  /** The same the other way round, as older apps write it. */
  redirect(url: string, code: number): HttpResponse;
}
