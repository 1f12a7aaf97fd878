import { hash, timingSafeEqual } from "node:crypto";
import type { ApiKey, ApiKeyStore, Clock } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import { AttemptLimit } from "./attempt-limit.ts";

/** How long an answer of the store counts, milliseconds: a removed key may be used that much longer. */
const cachedFor = 60_000;

/** Most answers kept; the oldest goes first. */
const maxCached = 1_000;

/** A longer text is no key: its digest is not even made. */
const maxKeyLength = 512;

export type KeyVerdict =
  | { readonly kind: "allowed"; readonly access: ApiKey["access"] }
  /** None was sent, or none that exists. */
  | { readonly kind: "unknown" }
  /** This address has sent too many that do not exist; this one was not looked up. */
  | { readonly kind: "limited" };

export interface KeyCheckOptions {
  /** SHA-256 of one read-write key, hexadecimal; empty for none. */
  readonly apiKeySha256?: string | undefined;
  readonly apiKeys?: Pick<ApiKeyStore, "find"> | undefined;
  readonly clock: Clock;
}

interface CachedAnswer {
  readonly until: number;
  readonly key: Promise<ApiKey | undefined>;
}

/** Tells what a key may do. The key is compared and looked up by its digest only. */
export class KeyCheck {
  readonly #expected: Buffer | undefined;
  readonly #store: Pick<ApiKeyStore, "find"> | undefined;
  readonly #clock: Clock;
  readonly #misses: AttemptLimit;
  readonly #answers = new Map<string, CachedAnswer>();

  /** Throws `invalid-access` when the configured key is not a SHA-256. */
  constructor({ apiKeySha256 = "", apiKeys, clock }: KeyCheckOptions) {
    this.#expected = parseDigest(apiKeySha256);
    this.#store = apiKeys;
    this.#clock = clock;
    this.#misses = new AttemptLimit(clock);
  }

  /** True when some key could let a request in. */
  get hasKeys(): boolean {
    return this.#expected !== undefined || this.#store !== undefined;
  }

  /** Rejects with a `PortError` when the store could not be asked. */
  async verdict(key: unknown, ip: string | undefined): Promise<KeyVerdict> {
    if (typeof key !== "string" || key === "" || key.length > maxKeyLength) return { kind: "unknown" };
    const digest = hash("sha256", key, "buffer");
    // Digests have equal lengths, and a shared beginning of two keys shows nowhere.
    if (this.#expected !== undefined && timingSafeEqual(digest, this.#expected)) {
      return { kind: "allowed", access: "read-write" };
    }
    if (this.#store === undefined) return { kind: "unknown" };
    return this.#storedVerdict(digest.toString("hex"), this.#store, ip ?? "");
  }

  async #storedVerdict(sha256: string, store: Pick<ApiKeyStore, "find">, ip: string): Promise<KeyVerdict> {
    let answer = this.#answers.get(sha256);
    if (answer === undefined || answer.until <= this.#clock.now()) {
      if (this.#misses.reached(ip)) return { kind: "limited" };
      answer = this.#ask(sha256, store, ip);
    }
    const key = await answer.key;
    return key === undefined ? { kind: "unknown" } : { kind: "allowed", access: key.access };
  }

  #ask(sha256: string, store: Pick<ApiKeyStore, "find">, ip: string): CachedAnswer {
    const answer = { until: this.#clock.now() + cachedFor, key: this.#find(sha256, store, ip) };
    this.#answers.delete(sha256);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size >= maxCached && oldest !== undefined) this.#answers.delete(oldest);
    this.#answers.set(sha256, answer);
    return answer;
  }

  async #find(sha256: string, store: Pick<ApiKeyStore, "find">, ip: string): Promise<ApiKey | undefined> {
    try {
      const key = await store.find(sha256);
      if (key === undefined) this.#misses.note(ip);
      return key;
    } catch (error) {
      // Not an answer: the next request asks again.
      this.#answers.delete(sha256);
      throw error;
    }
  }
}

function parseDigest(hex: string): Buffer | undefined {
  if (hex === "") return undefined;
  if (/^[0-9a-f]{64}$/i.test(hex)) return Buffer.from(hex, "hex");
  throw new StephooksError(
    "invalid-access",
    "The API key must be configured as the 64 hexadecimal digits of its SHA-256, never as the key itself.",
  );
}
