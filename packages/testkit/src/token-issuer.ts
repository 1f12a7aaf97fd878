import type { Clock } from "@stephooks/core";
import { exportJWK, generateKeyPair, type GenerateKeyPairResult, SignJWT } from "jose";

/** Seconds a token is valid unless its claims say otherwise. */
const LIFE = 300;

const ALGORITHM = "ES256";

/** Stands for the identity provider whose tokens a deployed app takes. Its key is made with the first token. */
export class TokenIssuer {
  readonly #clock: Clock;
  #pair: Promise<GenerateKeyPairResult> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The key set as it stands at the issuer's address. */
  async keys(): Promise<unknown> {
    const { publicKey } = await this.#keyPair();
    return { keys: [{ ...(await exportJWK(publicKey)), alg: ALGORITHM, use: "sig" }] };
  }

  /** A token with these claims; issued at the clock's time and valid for five minutes unless they say otherwise. */
  async token(claims: Readonly<Record<string, unknown>>): Promise<string> {
    const { privateKey } = await this.#keyPair();
    const iat = Math.floor(this.#clock.now() / 1_000);
    return new SignJWT({ iat, exp: iat + LIFE, ...claims }).setProtectedHeader({ alg: ALGORITHM }).sign(privateKey);
  }

  #keyPair(): Promise<GenerateKeyPairResult> {
    this.#pair ??= generateKeyPair(ALGORITHM);
    return this.#pair;
  }
}
