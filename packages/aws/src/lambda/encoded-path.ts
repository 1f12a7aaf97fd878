/** What may not stand unescaped in a URL's path (RFC 3986, `pchar` and `/`), `%` aside. */
const notPath = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/gu;

/**
 * The path as a percent-encoded one, from an event that carries it encoded (REST API, Function URL, load balancer).
 * Escapes of the client stay as they are; a character that cannot stand in a path is escaped.
 */
export function encodedPath(path: string): string {
  return path === "" ? "/" : path.toWellFormed().replace(notPath, encodeURIComponent);
}

/**
 * The same from an event that carries it decoded: an HTTP API decodes the path once, in both payload versions. A `%`
 * left in it is one the client escaped, so it is escaped again; that `%2F` became `/` cannot be undone.
 */
export function encodedFromDecoded(path: string): string {
  return encodedPath(path.replaceAll("%", "%25"));
}
