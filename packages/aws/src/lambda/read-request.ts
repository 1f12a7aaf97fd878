import { AwsError } from "../aws-error.ts";
import type { NameValue } from "./name-values.ts";
import { requestBody } from "./request-body.ts";

/** What every HTTP shape comes down to. */
export interface RequestParts {
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly host: string | undefined;
  /** Percent-encoded, as the client sent it. */
  readonly path: string;
  /** Percent-encoded, without `?`. */
  readonly query: string;
  readonly headers: readonly NameValue[];
  readonly body: unknown;
  readonly isBase64Encoded: boolean;
}

const noBytes = new Uint8Array();

/** Methods the Fetch standard forbids in a request. */
const forbidden = new Set(["TRACE", "CONNECT", "TRACK"]);
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const hostAndPort = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** `method` itself when a Fetch `Request` cannot carry it. */
export function unsupportedMethod(method: string): string | undefined {
  return token.test(method) && !forbidden.has(method.toUpperCase()) ? undefined : method;
}

/** A request whose body is beside it: bytes that are here already are not read from a stream again. */
export interface ReadRequest {
  /** Without a body. */
  readonly request: Request;
  /** Empty when there is none. */
  readonly body: Uint8Array;
}

/**
 * A Fetch request of these parts.
 *
 * @throws AwsError `bad-event` when path, host, a header or the body cannot be part of one.
 */
export function readRequest(parts: RequestParts): ReadRequest {
  // OPTIONS changes nothing, so a caller that overlooks `unsupportedMethod` runs no route by mistake.
  const method = unsupportedMethod(parts.method) === undefined ? parts.method : "OPTIONS";
  const headers = fetchHeaders(parts.headers);
  const url = requestUrl(parts);
  const body = /^(?:get|head)$/i.test(method) ? noBytes : requestBody(parts.body, parts.isBase64Encoded);
  // What the client claims about the length of its body is worth nothing once the body is here.
  headers.delete("transfer-encoding");
  headers.delete("content-length");
  if (body.byteLength > 0) headers.set("content-length", String(body.byteLength));
  return { request: new Request(url, { method, headers }), body };
}

function requestUrl(parts: RequestParts): URL {
  const host = parts.host ?? "localhost";
  if (!parts.path.startsWith("/")) throw new AwsError("bad-event", "The request's path does not begin with /.");
  if (!hostAndPort.test(host)) throw new AwsError("bad-event", "The request's host is not a host name.");
  // A raw `#` would cut the query off, and URL drops tabs and line ends.
  const query = parts.query.toWellFormed().replace(/[\s\p{Cc}#]/gu, encodeURIComponent);
  const url = `${parts.scheme}://${host}${parts.path}${query === "" ? "" : `?${query}`}`;
  if (!URL.canParse(url)) throw new AwsError("bad-event", "The request's host is not a host name.");
  return new URL(url);
}

function fetchHeaders(pairs: readonly NameValue[]): Headers {
  const headers = new Headers();
  for (const [name, value] of pairs) {
    try {
      headers.append(name, byteText(value));
    } catch (cause) {
      throw new AwsError("bad-event", `The request's header ${JSON.stringify(name)} is not valid.`, {}, { cause });
    }
  }
  return headers;
}

/** Fetch headers hold bytes: text beyond Latin-1 becomes its UTF-8 bytes, which is how it travelled. */
function byteText(value: string): string {
  const isBytes = Buffer.from(value, "latin1").toString("latin1") === value;
  return isBytes ? value : Buffer.from(value, "utf8").toString("latin1");
}
