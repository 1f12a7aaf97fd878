import { createHmac, timingSafeEqual } from "node:crypto";
import { type InstanceHead, isInstanceId, parseBranchId } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";

/** What a token is good for. It is part of what is signed: a token for one thing is none for another. */
export type TokenPurpose = "wait" | "progress";

/**
 * A token with these claims, none of them secret, all of them signed with the instance's own 128-bit start id, which no
 * answer of ours shows. So it is worth nothing for another instance, another stage, or a later instance of the same id.
 */
export function signToken(head: InstanceHead, purpose: TokenPurpose, claims: readonly (string | number)[]): string {
  const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${body}.${signature(head, purpose, body).toString("base64url")}`;
}

/** The claims of a token, before its signature is checked; empty for what is no token. */
export function claimsOf(token: unknown): readonly unknown[] {
  const [body = ""] = typeof token === "string" && token.length <= 2_000 ? token.split(".") : [];
  try {
    const claims: unknown = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
    return Array.isArray(claims) ? claims : [];
  } catch {
    return [];
  }
}

/** @throws EngineError `invalid-token` unless the token was signed for this purpose with the instance's start id. */
export function assertSigned(token: string, purpose: TokenPurpose, head: InstanceHead): void {
  const [body = "", given = ""] = token.split(".");
  const expected = signature(head, purpose, body);
  const actual = Buffer.from(given, "base64url");
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) throw invalidToken();
}

/** Refused alike whether the instance does not exist or the signature is wrong: a guess learns nothing. */
export function invalidToken(): EngineError {
  return new EngineError("invalid-token", "This is not a token of ours. Use the link as it was sent.");
}

/** Whether a claim names an instance, or a branch's own record. */
export function namesHead(id: unknown): id is string {
  return isInstanceId(id) || (typeof id === "string" && isInstanceId(parseBranchId(id)?.instance));
}

function signature({ startId }: InstanceHead, purpose: TokenPurpose, body: string): Buffer {
  return createHmac("sha256", startId).update(`${purpose}-token.${body}`).digest();
}
