import type { WholeAnswer } from "./http-event.ts";
import { type ResultBody, resultBody } from "./result-body.ts";

/** What every shape's result is made of. */
export interface ResultParts extends ResultBody {
  readonly statusCode: number;
  /** Lower-case names; without `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
}

/** About the connection to us, which Lambda does not have; the service in front makes its own. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);

/** The answer to a HEAD keeps the headers, its `content-length` included, and no body. */
export function resultParts(answer: WholeAnswer, method: string): ResultParts {
  const read = resultBody(answer);
  const isHead = method.toUpperCase() === "HEAD";
  const headers: [string, string][] = [];
  for (const [name, value] of answer.headers) {
    if (name === "set-cookie" || hopByHop.has(name)) continue;
    headers.push([name, name === "content-length" && !isHead ? String(read.length) : value]);
  }
  return {
    ...(isHead ? { body: "", isBase64Encoded: false, length: 0 } : read),
    statusCode: answer.status,
    headers: Object.fromEntries(headers),
    cookies: answer.headers.getSetCookie(),
  };
}
