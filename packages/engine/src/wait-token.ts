import { createHmac, timingSafeEqual } from "node:crypto";
import {
  type Duration,
  hasEnded,
  type InstanceHead,
  isInstanceId,
  isRecord,
  parseBranchId,
  parseDuration,
} from "@stephooks/core";
import { EngineError } from "./engine-error.ts";

/** What a wait token says; none of it is secret, all of it is signed. */
export interface WaitTokenClaims {
  /** Of an instance, or of a branch's own record. */
  readonly instance: string;
  /** The visit whose wait it answers: it dies with that wait. */
  readonly visit: number;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface WaitTokenOptions {
  /** Counted from when the attempt could begin. Default 7 days. */
  readonly expiresIn?: Duration;
}

const DEFAULT_LIFE = 7 * 86_400_000;

/**
 * A token for a link in a mail: whoever holds it can answer this one wait, once. Signed with the instance's own 128-bit
 * start id, which no answer of ours shows. Minting it again in the same attempt gives the same token.
 */
export function mintWaitToken(head: InstanceHead, name: string, options: WaitTokenOptions = {}): string {
  const life = parseDuration(options.expiresIn ?? DEFAULT_LIFE);
  if (life === undefined || typeof name !== "string" || name.length > 100) {
    throw new EngineError(
      "invalid-token",
      'createWaitToken takes a name of up to 100 characters and expiresIn such as "2d".',
    );
  }
  const claims: WaitTokenClaims = { instance: head.id, visit: head.visit, name, expiresAt: head.readyAt + life };
  const body = Buffer.from(JSON.stringify(Object.values(claims))).toString("base64url");
  return `${body}.${signature(head, body).toString("base64url")}`;
}

/** The claims of a token, before its signature is checked. @throws EngineError `invalid-token`. */
export function readWaitToken(token: unknown): WaitTokenClaims {
  const [body = ""] = typeof token === "string" && token.length <= 2_000 ? token.split(".") : [];
  const claims = parse(Buffer.from(body, "base64url").toString("utf8"));
  if (claims) return claims;
  throw invalidToken();
}

/**
 * Checks a token against the instance it names.
 *
 * @throws EngineError `invalid-token`, `token-expired`, `token-used`.
 */
export function checkWaitToken(token: string, head: InstanceHead, now: number): void {
  const [body = "", given = ""] = token.split(".");
  const expected = signature(head, body);
  const actual = Buffer.from(given, "base64url");
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) throw invalidToken();
  const { expiresAt, visit } = readWaitToken(token);
  const place = { instance: head.id };
  if (expiresAt < now) throw new EngineError("token-expired", "This token has expired. Ask for a new one.", place);
  if (visit === head.visit && !hasEnded(head.status)) return;
  throw new EngineError("token-used", "This token has been used, or what it was for is over.", place);
}

/** Refused alike whether the instance does not exist or the signature is wrong: a guess learns nothing. */
export function invalidToken(): EngineError {
  return new EngineError("invalid-token", "This is not a token of ours. Use the link as it was sent.");
}

function signature({ startId }: InstanceHead, body: string): Buffer {
  return createHmac("sha256", startId).update(`wait-token.${body}`).digest();
}

function parse(text: string): WaitTokenClaims | undefined {
  let claims: unknown;
  try {
    claims = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(claims) || isRecord(claims)) return undefined;
  const [instance, visit, name, expiresAt]: unknown[] = claims;
  if (!namesHead(instance) || typeof visit !== "number" || typeof name !== "string" || typeof expiresAt !== "number") {
    return undefined;
  }
  return { instance, visit, name, expiresAt };
}

function namesHead(id: unknown): id is string {
  return isInstanceId(id) || (typeof id === "string" && isInstanceId(parseBranchId(id)?.instance));
}
