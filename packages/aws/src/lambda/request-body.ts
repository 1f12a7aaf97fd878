import { AwsError } from "../aws-error.ts";

/**
 * Bytes of an event's body; none when it has none.
 *
 * @throws AwsError `bad-event` for base64 that is not, text that cannot be UTF-8, or a body that is not text.
 */
export function requestBody(body: unknown, isBase64Encoded: boolean): Uint8Array {
  if (body === undefined || body === null || body === "") return new Uint8Array();
  if (typeof body !== "string") throw new AwsError("bad-event", `The event's body is ${typeof body}, not text.`);
  if (!isBase64Encoded) {
    // UTF-8 has no half of a surrogate pair: encoding one would silently change the body.
    if (!body.isWellFormed()) throw new AwsError("bad-event", "The event's body is text that cannot be UTF-8.");
    return Buffer.from(body, "utf8");
  }
  const bytes = Buffer.from(body, "base64");
  // Buffer skips what is not base64; only a body that comes out the same was base64 throughout.
  if (bytes.toString("base64") !== body) {
    throw new AwsError("bad-event", "The event says its body is base64, but it is not.");
  }
  return bytes;
}
