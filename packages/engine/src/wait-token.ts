import { type Duration, hasEnded, type InstanceHead, parseDuration } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import { assertSigned, claimsOf, invalidToken, namesHead, signToken } from "./signed-token.ts";

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
 * A token for a link in a mail: whoever holds it can answer this one wait, once. Minting it again in the same attempt
 * gives the same token.
 */
export function mintWaitToken(head: InstanceHead, name: string, options: WaitTokenOptions = {}): string {
  const life = parseDuration(options.expiresIn ?? DEFAULT_LIFE);
  if (life === undefined || typeof name !== "string" || name.length > 100) {
    throw new EngineError(
      "invalid-token",
      'createWaitToken takes a name of up to 100 characters and expiresIn such as "2d".',
    );
  }
  return signToken(head, "wait", [head.id, head.visit, name, head.readyAt + life]);
}

/** The claims of a token, before its signature is checked. @throws EngineError `invalid-token`. */
export function readWaitToken(token: unknown): WaitTokenClaims {
  const [instance, visit, name, expiresAt] = claimsOf(token);
  if (!namesHead(instance) || typeof visit !== "number" || typeof name !== "string" || typeof expiresAt !== "number") {
    throw invalidToken();
  }
  return { instance, visit, name, expiresAt };
}

/**
 * Checks a token against the instance it names.
 *
 * @throws EngineError `invalid-token`, `token-expired`, `token-used`.
 */
export function checkWaitToken(token: string, head: InstanceHead, now: number): void {
  assertSigned(token, "wait", head);
  const { expiresAt, visit } = readWaitToken(token);
  const place = { instance: head.id };
  if (expiresAt < now) throw new EngineError("token-expired", "This token has expired. Ask for a new one.", place);
  if (visit === head.visit && visit !== head.answeredVisit && !hasEnded(head.status)) return;
  throw new EngineError("token-used", "This token has been used, or what it was for is over.", place);
}
