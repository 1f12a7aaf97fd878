import { createHmac, timingSafeEqual } from "node:crypto";

/** How far the sender's clock may be from ours, seconds; older requests could be somebody's recording. */
const TOLERANCE = 300;

/** What the sender puts into `x-signature`: the time, and an HMAC-SHA256 over time and body. */
export function signatureOf(body: string | Buffer, secret: string, seconds: number): string {
  const code = createHmac("sha256", secret).update(`${seconds}.`).update(body).digest("hex");
  return `t=${seconds},v1=${code}`;
}

/** Whether this very body was signed with the secret, and not long ago. */
export function isSigned(header: unknown, body: string | Buffer, secret: string, now: number): boolean {
  // Without a zero in front, so that what is compared has the same length.
  const seconds =
    typeof header === "string" ? Number(/^t=([1-9]\d{0,11}),v1=[0-9a-f]{64}$/.exec(header)?.[1]) : Number.NaN;
  if (!(Math.abs(now / 1_000 - seconds) <= TOLERANCE)) return false;
  return timingSafeEqual(Buffer.from(String(header)), Buffer.from(signatureOf(body, secret, seconds)));
}
