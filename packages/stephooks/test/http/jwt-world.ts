import { base64url, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll } from "vitest";
import type { AccessSettings } from "../../src/http/index.ts";
import { apiKey, closedWorld, type HttpWorld, sha256, type Verbs } from "./http-world.ts";

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

export let rsa: KeyPair;
export let ec: KeyPair;
export let other: KeyPair;
let keySet: { keys: object[] };

beforeAll(async () => {
  [rsa, ec, other] = await Promise.all([
    generateKeyPair("RS256", { extractable: true }),
    generateKeyPair("ES256", { extractable: true }),
    generateKeyPair("RS256", { extractable: true }),
  ]);
  keySet = {
    keys: [
      { ...(await exportJWK(rsa.publicKey)), kid: "rsa", alg: "RS256", use: "sig" },
      // As Azure's: without an algorithm.
      { ...(await exportJWK(ec.publicKey)), kid: "ec" },
    ],
  };
});

/** Seconds at which every world's clock begins. */
export const now = Date.UTC(2026, 0, 1) / 1_000;

interface Signed {
  readonly claims?: JWTPayload;
  readonly alg?: string;
  readonly kid?: string;
  readonly key?: KeyPair["privateKey"];
  readonly header?: object;
}

export async function token({ claims = {}, alg = "RS256", kid = "rsa", key = rsa.privateKey, header }: Signed = {}) {
  return new SignJWT({ sub: "ann", exp: now + 300, ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(key);
}

/** Header and claims as they are, with any signature. */
export function forged(header: object, claims: object, signature: string | Buffer = ""): string {
  const parts = [header, claims].map((part) => base64url.encode(JSON.stringify(part)));
  return `${parts.join(".")}.${base64url.encode(signature)}`;
}

export interface Issuer {
  readonly world: HttpWorld;
  /** How often the keys were fetched. */
  readonly fetches: () => number;
  answer: () => unknown;
}

export function world(more: object = {}, register: (app: Verbs) => void = () => {}): Issuer {
  let count = 0;
  const issuer = { answer: (): unknown => keySet };
  const access: AccessSettings = {
    mode: "keys",
    apiKeySha256: sha256(apiKey),
    jwt: {
      fetchKeys: async () => {
        count += 1;
        return issuer.answer();
      },
      ...more,
    },
  };
  const served = closedWorld(register, access);
  return Object.assign(issuer, { world: served, fetches: () => count });
}

export const bearer = (value: string): RequestInit => ({ headers: { authorization: `Bearer ${value}` } });
