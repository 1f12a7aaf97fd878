import { createHmac, timingSafeEqual } from "node:crypto";

/** What the sender puts into `x-signature`: HMAC-SHA256 of the raw body in hexadecimal. */
export function sign(body: string | Buffer, secret: string): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}

/** Compares in constant time. */
export function isSigned(signature: unknown, body: string | Buffer, secret: string): boolean {
  const wanted = Buffer.from(sign(body, secret));
  const given = Buffer.from(typeof signature === "string" ? signature : "");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
