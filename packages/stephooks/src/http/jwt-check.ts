import type { Clock } from "@stephooks/core";
import type { JWTPayload } from "jose";
import type { JwtClaims } from "./http-request.ts";
import { JwksCache } from "./jwks-cache.ts";

/** Which tokens let a request in. */
export interface JwtSettings {
  /** Reads the key set of the issuer; what it answers is not trusted. */
  readonly fetchKeys: () => Promise<unknown>;
  /** When given, `iss` must be it. */
  readonly issuer?: string | undefined;
  /** When given, `aud` must be it or contain it. */
  readonly audience?: string | undefined;
}

/** Two asymmetric algorithms every issuer offers. A list, so that no token chooses how it is checked. */
const algorithms = ["RS256", "ES256"];

/** Seconds two clocks may differ. */
const tolerance = 60;

/** A longer text is no token. */
const maxTokenLength = 8_192;

/** One scheme, one space, three parts. */
const bearer = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

/** Checks the bearer tokens of requests. */
export class JwtCheck {
  readonly #settings: JwtSettings;
  readonly #keys: JwksCache;
  readonly #clock: Clock;

  constructor(settings: JwtSettings, clock: Clock) {
    this.#settings = settings;
    this.#keys = new JwksCache(settings.fetchKeys, clock);
    this.#clock = clock;
  }

  /**
   * The claims of a valid token; undefined for any other header. The key comes from the configured set, whatever the
   * token names as its source. Throws `jwks-unavailable`.
   */
  async claims(authorization: string | undefined): Promise<JwtClaims | undefined> {
    if (authorization === undefined || authorization.length > maxTokenLength) return undefined;
    const token = bearer.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    const payload = await this.#verified(token);
    return payload !== undefined && this.#hasSaneTimes(payload) ? payload : undefined;
  }

  async #verified(token: string): Promise<JWTPayload | undefined> {
    // Loaded with the first token: most apps never see one.
    const { createLocalJWKSet, errors, jwtVerify } = await import("jose");
    const { audience, issuer } = this.#settings;
    const verify = async (): Promise<JWTPayload | undefined> => {
      const keys = createLocalJWKSet({ keys: [...(await this.#keys.keys())] });
      const { payload } = await jwtVerify(token, keys, {
        algorithms,
        clockTolerance: tolerance,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ["exp"],
        ...(audience === undefined ? {} : { audience }),
        ...(issuer === undefined ? {} : { issuer }),
      });
      return payload;
    };
    try {
      return await verify().catch(async (error: unknown) => {
        // The issuer may have new keys.
        if (error instanceof errors.JWKSNoMatchingKey && (await this.#keys.renewed())) return verify();
        throw error;
      });
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  /** jose compares the times; a time that is no whole number (Infinity never expires) it takes. */
  #hasSaneTimes({ exp, iat, nbf }: JWTPayload): boolean {
    const whole = [exp, iat, nbf].every((time) => time === undefined || Number.isSafeInteger(time));
    return whole && (iat === undefined || iat <= this.#clock.now() / 1_000 + tolerance);
  }
}
