import type { Random } from "@stephooks/core";

/** A repeatable stream of chance (sfc32). Streams with other names are independent: using one moves no other. */
export class RandomStream implements Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number, name: number) {
    this.#a = seed >>> 0;
    this.#b = Math.imul(name + 1, 0x9e3779b9) >>> 0;
    this.#c = Math.imul(seed ^ name, 0x85ebca6b) >>> 0;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    return Math.floor((this.next() / 4_294_967_296) * bound);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** Whole numbers from `low` to `high` whose logarithms are even: small ones are as likely as large ones. */
  spread(low: number, high: number): number {
    return Math.round(low * (high / low) ** (this.next() / 4_294_967_296));
  }

  happens(probability: number): boolean {
    return this.next() < probability * 4_294_967_296;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new TypeError("nothing to pick from");
    return item;
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let index = 0; index < count; index++) bytes[index] = this.next() & 0xff;
    return bytes;
  }
}
