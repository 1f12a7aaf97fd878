import type { PathParams } from "./path-pattern.ts";

/** One value, or all of them in order when the key was repeated. */
export type QueryValue = string | string[];

/**
 * A request as codehooks hands it to route functions. The same object goes through auth hooks, middleware and the
 * route's functions, which may add fields of their own: a function that declares `req: HttpRequest & { user?: User }`
 * is a {@link RouteHandler}. `headers`, `query` and `params` have no prototype: only what
 * was sent is in them.
 */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** Names in lower case; values of a repeated header are joined with a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Decoded, without nesting: the key of `?a[b]=1` is `a[b]`. */
  readonly query: Readonly<Record<string, QueryValue | undefined>>;
  /** From the path of the route; in an auth hook from the path of the hook. Decoded. */
  params: PathParams;
  /** Parsed JSON or form fields, `{}` for anything else. `{}` in auth hooks, which run before the body is read. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what a client sends has no type until the app checks it
  body: any;
  /** The body as text, exactly, when it is UTF-8: what webhook signatures are made of. Empty in auth hooks. */
  rawBody: string;
  /** The bytes of the body. Empty in auth hooks. */
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
}

/** What a request is made of besides the Fetch object. */
export interface RequestFacts {
  readonly request: Request;
  readonly method: string;
  readonly rawPath: string;
  readonly path: string;
  readonly apiPath: string;
  readonly ip: string | undefined;
}

/** The request before its body was read. */
export function createHttpRequest(facts: RequestFacts): HttpRequest {
  const url = new URL(facts.request.url);
  return {
    method: facts.method,
    headers: requestHeaders(facts.request.headers, facts.ip),
    query: fieldsOf(url.searchParams),
    params: Object.create(null),
    body: {},
    rawBody: "",
    rawBytes: new Uint8Array(),
    path: facts.path,
    apiPath: facts.apiPath,
    originalUrl: facts.rawPath + url.search,
    url: facts.rawPath + url.search,
    hostname: url.hostname,
    ip: facts.ip,
  };
}

/** Decoded pairs as an object without a prototype; a repeated key becomes an array. */
export function fieldsOf(pairs: URLSearchParams): Record<string, QueryValue | undefined> {
  const fields: Record<string, QueryValue | undefined> = Object.create(null);
  for (const [key, value] of pairs) {
    const earlier = fields[key];
    if (earlier === undefined) fields[key] = value;
    else if (typeof earlier === "string") fields[key] = [earlier, value];
    else earlier.push(value);
  }
  return fields;
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
