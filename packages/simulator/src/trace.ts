/** What happened in a run, as a number that two equal runs share, and as lines when they are wanted. */
export class Trace {
  readonly lines: string[] = [];
  readonly #wanted: boolean;
  #high = 0x811c9dc5;
  #low = 0x01000193;

  constructor(wanted: boolean) {
    this.#wanted = wanted;
  }

  /** Hexadecimal, 64 bits. */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  number(value: number): void {
    this.#high = Math.imul(this.#high ^ (value | 0), 0x01000193);
    this.#low = Math.imul((this.#low ^ (value | 0) ^ Math.floor(value / 4_294_967_296)) >>> 0, 0x85ebca6b);
    this.#low ^= this.#low >>> 15;
  }

  text(value: string): void {
    for (let index = 0; index < value.length; index++) {
      this.#high = Math.imul(this.#high ^ value.charCodeAt(index), 0x01000193);
    }
    this.#low = Math.imul(this.#low ^ this.#high, 0x85ebca6b);
  }

  /** `line` is built only when lines are wanted. */
  note(at: number, line: () => string): void {
    if (this.#wanted) this.lines.push(`${(at / 1_000).toFixed(3).padStart(12)}s  ${line()}`);
  }
}
