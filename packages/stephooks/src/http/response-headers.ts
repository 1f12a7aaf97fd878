import { StephooksError } from "../stephooks-error.ts";

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

/** The media type that `res.type` means: one of its short names, or the text itself. */
export function mediaType(type: string): string {
  return shortTypes.get(type) ?? type;
}

/** The headers of an answer by lower-case name. */
export class ResponseHeaders {
  readonly #lines = new Map<string, readonly string[]>();

  has(name: string): boolean {
    return this.#lines.has(name);
  }

  get(name: string): string | undefined {
    return this.#lines.get(name.toLowerCase())?.join(", ");
  }

  /** Replaces earlier lines of the name; headers about framing are left out. Throws `invalid-header`. */
  set(name: string, lines: readonly string[]): void {
    assertHeader(name, lines);
    const key = name.toLowerCase();
    if (!framingHeaders.has(key)) this.#lines.set(key, lines);
  }

  delete(name: string): void {
    this.#lines.delete(name.toLowerCase());
  }

  toHeaders(): Headers {
    const headers = new Headers();
    for (const [name, lines] of this.#lines) {
      for (const line of lines) headers.append(name, line);
    }
    return headers;
  }
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
