import { randomBytes } from "node:crypto";

/** Chance as a parameter, so that a run can be repeated from its seed. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** Bytes asked of the machine at once: each call costs more than the bytes do. */
const POOL_BYTES = 4_096;

/** Cryptographically strong randomness of the machine. No byte is given twice. */
export const systemRandom: Random = pooled();

function pooled(): Random {
  let pool = Buffer.alloc(0);
  return {
    bytes: (count) => {
      if (pool.length < count) pool = randomBytes(Math.max(POOL_BYTES, count));
      const given = pool.subarray(0, count);
      pool = pool.subarray(count);
      return given;
    },
  };
}

/** `count` random bytes as lower-case hexadecimal. */
export function randomHex(random: Random, count: number): string {
  return Buffer.from(random.bytes(count)).toString("hex");
}
