import { type Clock, isRecord } from "@stephooks/core";
import type { JWK } from "jose";
import { StephooksError } from "../stephooks-error.ts";

/** Milliseconds: keys this old are fetched again. */
const freshFor = 600_000;

/** Milliseconds between two fetches, whatever tokens ask for. */
const cooldown = 30_000;

/** Milliseconds: how long keys serve whose issuer cannot be reached. */
const usableFor = 86_400_000;

/** Most keys of an issuer that are looked at. */
const maxKeys = 100;

/** Public keys of a token issuer, fetched when needed and kept. */
export class JwksCache {
  readonly #fetch: () => Promise<unknown>;
  readonly #clock: Clock;
  #keys: { readonly keys: readonly JWK[]; readonly at: number } | undefined;
  #lastTry = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(fetch: () => Promise<unknown>, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** Throws `jwks-unavailable` when there are none, or only old ones that cannot be renewed. */
  async keys(): Promise<readonly JWK[]> {
    if (this.#keys === undefined || this.#age(this.#keys.at) >= freshFor) await this.#renew();
    if (this.#keys !== undefined && this.#age(this.#keys.at) < usableFor) return this.#keys.keys;
    throw new StephooksError(
      "jwks-unavailable",
      "The keys of the token's issuer could not be had, so no token can be checked. Try again in a moment.",
    );
  }

  /** For a token whose key is not among {@link keys}: fetches again unless that was just done. True when it was. */
  async renewed(): Promise<boolean> {
    const before = this.#keys;
    await this.#renew();
    return this.#keys !== before;
  }

  async #renew(): Promise<void> {
    if (this.#running === undefined && this.#age(this.#lastTry) < cooldown) return;
    this.#running ??= this.#fetchOnce().finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #fetchOnce(): Promise<void> {
    this.#lastTry = this.#clock.now();
    try {
      const set = await this.#fetch();
      const keys = isRecord(set) ? set["keys"] : undefined;
      if (Array.isArray(keys)) this.#keys = { keys: keys.slice(0, maxKeys).filter(isPublicKey), at: this.#clock.now() };
    } catch {
      // The keys of before serve on; without them `keys` tells.
    }
  }

  /** A clock that was set back makes nothing older than it is. */
  #age(since: number): number {
    return Math.max(0, this.#clock.now() - since);
  }
}

/** Never a symmetric one: a public key must not be a secret somebody signs with. */
function isPublicKey(key: unknown): key is JWK {
  return isRecord(key) && (key["kty"] === "RSA" || key["kty"] === "EC");
}
