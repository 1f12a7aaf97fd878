import { StephooksError } from "../stephooks-error.ts";
import { ResponseHeaders } from "./response-headers.ts";

export interface HttpErrorOptions {
  /** Further fields of `error` in the body, as JSON: what is wrong where, say. `code` and `message` stay. */
  readonly details?: object;
  /** Headers of the answer, such as `retry-after`. Those about body and framing have no effect. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log: the client never sees it. */
  readonly cause?: unknown;
}

/**
 * What a route, a middleware, a hook of `app.auth` or of `crudlify` throws, or gives to `next`, to refuse a request in the
 * app's own words: the answer has this status and the body `{ "error": { "code", "message", ...details } }`. The
 * client is never sent its stack or cause; the log has them, as information below 500 and as an error from there on.
 *
 * @throws StephooksError `invalid-status` for a status below 400 or above 599, `invalid-header`, `invalid-argument` for
 * details that JSON cannot hold.
 */
export class HttpError extends Error {
  override readonly name = "HttpError";
  /** 400 to 599. */
  readonly status: number;
  /** For programs; the app's own, as `"no-such-order"`. */
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, options: HttpErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new StephooksError("invalid-status", `HttpError takes a status from 400 to 599, not ${String(status)}.`);
    }
    const { details = {}, headers = {} } = options;
    const checked = new ResponseHeaders();
    for (const [name, value] of Object.entries(headers)) checked.set(name, [value]);
    this.status = status;
    this.code = code;
    this.details = plain(details);
    this.headers = Object.freeze(Object.fromEntries(checked.toHeaders()));
  }
}

/** What JSON makes of it, now: an answer must not fail because of its details. */
function plain(details: object): Readonly<Record<string, unknown>> {
  try {
    return Object.freeze({ ...JSON.parse(JSON.stringify(details)) });
  } catch (cause) {
    throw new StephooksError("invalid-argument", "The details of an HttpError must be JSON.", {}, { cause });
  }
}
