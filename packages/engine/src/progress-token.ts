import { type Duration, type InstanceHead, isInstanceId, parseDuration, type Ports } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import { readInstance } from "./read-instance.ts";
import { assertSigned, claimsOf, invalidToken, signToken } from "./signed-token.ts";

export interface ProgressTokenOptions {
  /** Counted from now, at most 30 days. Default 1 hour. */
  readonly expiresIn?: Duration;
}

/** An instance that a progress token lets somebody watch. */
export interface WatchedInstance {
  readonly head: InstanceHead;
  /** Until when, epoch milliseconds. */
  readonly expiresAt: number;
}

const DEFAULT_LIFE = 3_600_000;
const LONGEST_LIFE = 30 * 86_400_000;

/**
 * A token with which a browser may watch one instance, and do nothing else, until it expires.
 *
 * @throws EngineError `unknown-instance`, `invalid-token` for an `expiresIn` that cannot be.
 */
export async function mintProgressToken(
  id: unknown,
  { expiresIn = DEFAULT_LIFE }: ProgressTokenOptions,
  ports: Ports,
): Promise<string> {
  const life = parseDuration(expiresIn);
  if (life === undefined || life === 0 || life > LONGEST_LIFE) {
    throw new EngineError("invalid-token", 'createProgressToken takes expiresIn such as "1h", at most "30d".');
  }
  const head = await readInstance(id, ports);
  return signToken(head, "progress", [head.id, ports.clock.now() + life]);
}

/**
 * The instance a progress token was made for.
 *
 * @throws EngineError `invalid-token`, also for a token of another workflow, or of another instance where `id` names the
 * one that is asked for; `token-expired`.
 */
export async function watchedInstance(
  token: unknown,
  { id, workflow }: { readonly id: string | undefined; readonly workflow: string },
  ports: Ports,
): Promise<WatchedInstance> {
  const [instance, expiresAt] = claimsOf(token);
  if (!isInstanceId(instance) || typeof expiresAt !== "number") throw invalidToken();
  if (id !== undefined && id !== instance) throw invalidToken();
  const head = (await ports.instances.read([instance])).get(instance);
  if (head?.workflow !== workflow) throw invalidToken();
  assertSigned(String(token), "progress", head);
  if (expiresAt > ports.clock.now()) return { head, expiresAt };
  throw new EngineError("token-expired", "This token has expired. Ask for a new one.", { instance });
}
