/** What is known about an API key; the key itself is stored nowhere. */
export interface ApiKey {
  /** For people: whose key it is. */
  readonly name: string;
  /** `read-only` may GET and HEAD. */
  readonly access: "read-write" | "read-only";
}

/** A key with the digest it is stored under. */
export interface StoredApiKey extends ApiKey {
  /** SHA-256 of the key, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** The API keys of one deployed app. Rejects with a `PortError` when the store fails. */
export interface ApiKeyStore {
  /** The key with this digest, or undefined. */
  find(sha256: string): Promise<ApiKey | undefined>;
  /** Adds a key, or replaces the one of the same digest. */
  put(key: StoredApiKey): Promise<void>;
  /** False when there was none. */
  remove(sha256: string): Promise<boolean>;
  /** All keys, ordered by name. A change of the last second may be missing. */
  list(): Promise<readonly StoredApiKey[]>;
}

/** True for 64 lower-case hexadecimal digits. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
