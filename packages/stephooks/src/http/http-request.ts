import type { PathParams } from "./path-pattern.ts";

/** One value, or all of them in order when the key was repeated. */
export type QueryValue = string | string[];

/** The claims of a verified token. */
export type JwtClaims = Readonly<Record<string, unknown>>;

/** What `req.on` can listen to. */
export interface BodyListeners {
  readonly data: (chunk: Buffer) => void;
  readonly end: () => void;
  readonly close: () => void;
  readonly error: (error: Error) => void;
}

/**
 * A request as codehooks hands it to route functions. The same object goes through auth hooks, middleware and the
 * route's functions, which may add fields of their own: a function that declares `req: HttpRequest & { user?: User }`
 * is a {@link RouteHandler}. `headers`, `query` and `params` have no prototype: only what
 * was sent is in them.
 *
 * It is also a stream of the body's bytes, whatever was parsed of them: every `pipe`, every loop and every listener
 * that comes after the end gets them from the beginning.
 */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** Names in lower case; values of a repeated header are joined with a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Decoded, without nesting: the key of `?a[b]=1` is `a[b]`. An `apikey` that let the request in is not in it. */
  readonly query: Readonly<Record<string, QueryValue | undefined>>;
  /** From the path of the route; in an auth hook from the path of the hook. Decoded. */
  params: PathParams;
  /** Parsed JSON or form fields, `{}` for anything else: what a multipart body holds is read from the stream. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what a client sends has no type until the app checks it
  body: any;
  /** The body as text, exactly, when it is UTF-8: what webhook signatures are made of. */
  rawBody: string;
  /** The bytes of the body. */
  rawBytes: Uint8Array;
  /** Decoded path with stage and space, for display. */
  readonly path: string;
  /** Decoded path without stage and space: what routes are matched against. */
  readonly apiPath: string;
  /** Path and query as sent. */
  readonly originalUrl: string;
  /** The same as `originalUrl`. */
  readonly url: string;
  readonly hostname: string;
  /** Address of the client as the host saw it, never as a header claims it. Undefined when the host does not know. */
  readonly ip: string | undefined;
  /** The same address, where code for Node looks for it. */
  readonly connection: { readonly remoteAddress: string | undefined };
  /** Claims of the verified token that let the request in; absent when something else did. */
  jwt?: JwtClaims;
  /** Sends the bytes of the body into `destination` and answers that. The request waits until it has finished. */
  pipe<Destination extends NodeJS.WritableStream>(
    destination: Destination,
    options?: { readonly end?: boolean },
  ): Destination;
  on<Event extends keyof BodyListeners>(event: Event, listener: BodyListeners[Event]): this;
  once<Event extends keyof BodyListeners>(event: Event, listener: BodyListeners[Event]): this;
  [Symbol.asyncIterator](): AsyncIterator<Buffer>;
}
