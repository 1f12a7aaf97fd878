import { randomBytes } from "node:crypto";

/** Chance as a parameter, so that a run can be repeated from its seed. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** Cryptographically strong randomness of the machine. */
export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

/** `count` random bytes as lower-case hexadecimal. */
export function randomHex(random: Random, count: number): string {
  return Buffer.from(random.bytes(count)).toString("hex");
}
