import type { Begin } from "./app-response.ts";
import type { BodyListeners, HttpRequest, JwtClaims, QueryValue } from "./http-request.ts";
import type { PathParams } from "./path-pattern.ts";
import { ReplayedBody } from "./replayed-body.ts";
import { fieldsOf } from "./url-fields.ts";

/** What a request is made of besides the Fetch object. */
export interface RequestFacts {
  readonly request: Request;
  readonly method: string;
  readonly rawPath: string;
  readonly path: string;
  readonly apiPath: string;
  readonly ip: string | undefined;
  /** Told of streams of the body until they have ended. */
  readonly begin?: Begin;
}

/** The request before its body was read. */
export class AppRequest implements HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Record<string, QueryValue | undefined>;
  params: PathParams = Object.create(null);
  // oxlint-disable-next-line typescript/no-explicit-any -- what a client sends has no type until the app checks it
  body: any = {};
  rawBody = "";
  rawBytes: Uint8Array = new Uint8Array();
  readonly path: string;
  readonly apiPath: string;
  readonly originalUrl: string;
  readonly url: string;
  readonly hostname: string;
  readonly ip: string | undefined;
  readonly connection: { readonly remoteAddress: string | undefined };
  declare jwt?: JwtClaims;
  readonly #stream: ReplayedBody;

  /** Throws `unsafe-key` for a query that names a prototype, `too-many-fields`. */
  constructor({ request, method, rawPath, path, apiPath, ip, begin = () => () => {} }: RequestFacts) {
    const url = new URL(request.url);
    this.method = method;
    this.headers = requestHeaders(request.headers, ip);
    this.query = fieldsOf(url.search, "query");
    this.path = path;
    this.apiPath = apiPath;
    this.originalUrl = rawPath + url.search;
    this.url = this.originalUrl;
    this.hostname = url.hostname;
    this.ip = ip;
    this.connection = { remoteAddress: ip };
    this.#stream = new ReplayedBody(() => this.rawBytes, begin);
  }

  pipe<Destination extends NodeJS.WritableStream>(
    destination: Destination,
    options?: { readonly end?: boolean },
  ): Destination {
    return this.#stream.pipe(destination, options);
  }

  on<Event extends keyof BodyListeners>(event: Event, listener: BodyListeners[Event]): this {
    this.#stream.shared().on(event, listener);
    return this;
  }

  once<Event extends keyof BodyListeners>(event: Event, listener: BodyListeners[Event]): this {
    this.#stream.shared().once(event, listener);
    return this;
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return this.#stream.iterate();
  }
}

function requestHeaders(sent: Headers, ip: string | undefined): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = Object.create(null);
  for (const [name, value] of sent) headers[name] = value;
  // Apps take the client's address from here, so a client must not be able to write it.
  delete headers["x-real-ip"];
  if (ip !== undefined) {
    headers["x-real-ip"] = ip;
    headers["x-forwarded-for"] ??= ip;
  }
  return headers;
}
