/**
 * A map from numbers that never changes: what was there before, and what a path has written on top. A write copies one
 * small block of each level, so that many paths can share what they have in common.
 */
export class Store<Value> {
  readonly #base: Block<Value>;
  readonly #written: Block<Value>;
  readonly #keyOf: (value: Value) => string;
  /** Of what is written, in any order: two lanes of 32 bits. */
  readonly #print: Print;

  /** `keyOf` is equal for values that are the same. */
  constructor(
    keyOf: (value: Value) => string,
    base: Block<Value> = {},
    written: Block<Value> = {},
    print: Print = [0, 0],
  ) {
    this.#keyOf = keyOf;
    this.#base = base;
    this.#written = written;
    this.#print = print;
  }

  get(key: number): Value | undefined {
    return find(this.#written, key) ?? find(this.#base, key);
  }

  with(key: number, value: Value): Store<Value> {
    const old = find(this.#written, key);
    if (old === value) return this;
    const without = old === undefined ? this.#print : mixed(this.#print, key, this.#keyOf(old));
    return new Store(
      this.#keyOf,
      this.#base,
      placed(this.#written, TOP, key, value),
      mixed(without, key, this.#keyOf(value)),
    );
  }

  written(): ReadonlyMap<number, Value> {
    return new Map(entriesOf(this.#written, TOP, 0));
  }

  /** Equal for stores with the same base on which the same is written; that others are equal is as good as impossible. */
  fingerprint(): string {
    return this.#print.join();
  }

  static keysThatDiffer<Value>(stores: readonly Store<Value>[]): readonly number[] {
    return differing(
      stores.map((store) => store.#written),
      TOP,
      0,
    );
  }

  /** Without what was written under other keys. */
  filtered(isKept: (key: number) => boolean): Store<Value> {
    let kept = new Store(this.#keyOf, this.#base);
    for (const [key, value] of entriesOf(this.#written, TOP, 0)) if (isKept(key)) kept = kept.with(key, value);
    return kept;
  }

  /** The same with nothing on top: where the paths of a step begin. */
  settled(): Store<Value> {
    let base = this.#base;
    for (const [key, value] of entriesOf(this.#written, TOP, 0)) base = placed(base, TOP, key, value);
    return new Store(this.#keyOf, base);
  }
}

/** The keys under which not all of these stores, which have one base, hold the very same thing. */
export function keysThatDiffer<Value>(stores: readonly Store<Value>[]): readonly number[] {
  return Store.keysThatDiffer(stores);
}

/** 32 keys at the lowest level, 32 blocks at the others. */
interface Block<Value> {
  readonly blocks?: readonly (Block<Value> | undefined)[];
  readonly values?: readonly (Value | undefined)[];
}

const BITS = 5;
const MASK = 31;

/** Shift of the highest level: keys have 30 bits. */
const TOP = 25;

function find<Value>(block: Block<Value>, key: number): Value | undefined {
  let at: Block<Value> | undefined = block;
  for (let shift = TOP; shift > 0 && at; shift -= BITS) at = at.blocks?.[(key >>> shift) & MASK];
  return at?.values?.[key & MASK];
}

function placed<Value>(block: Block<Value>, shift: number, key: number, value: Value): Block<Value> {
  const index = (key >>> shift) & MASK;
  if (shift === 0) return { values: replaced(block.values, index, value) };
  return { blocks: replaced(block.blocks, index, placed(block.blocks?.[index] ?? {}, shift - BITS, key, value)) };
}

function replaced<Item>(
  items: readonly (Item | undefined)[] | undefined,
  index: number,
  item: Item,
): readonly (Item | undefined)[] {
  const copy = items ? items.slice() : [];
  while (copy.length < index) copy.push(undefined);
  copy[index] = item;
  return copy;
}

function* entriesOf<Value>(block: Block<Value>, shift: number, prefix: number): Generator<readonly [number, Value]> {
  for (const [index, value] of (block.values ?? []).entries()) if (value !== undefined) yield [prefix | index, value];
  for (const [index, inner] of (block.blocks ?? []).entries())
    if (inner) yield* entriesOf(inner, shift - BITS, prefix | (index << shift));
}

function differing<Value>(
  blocks: readonly (Block<Value> | undefined)[],
  shift: number,
  prefix: number,
): readonly number[] {
  const [first] = blocks;
  if (blocks.every((block) => block === first)) return [];
  const size = Math.max(...blocks.map((block) => (shift === 0 ? block?.values : block?.blocks)?.length ?? 0));
  return Array.from({ length: size }, (_, index) => index).flatMap((index) => {
    if (shift > 0) {
      const below = blocks.map((block) => block?.blocks?.[index]);
      return differing(below, shift - BITS, prefix | (index << shift));
    }
    const value = first?.values?.[index];
    return blocks.every((block) => block?.values?.[index] === value) ? [] : [prefix | index];
  });
}

type Print = readonly [number, number];

/** Adds an entry to a print, or takes it out again. */
function mixed([first, second]: Print, key: number, text: string): Print {
  let a = Math.imul(key, 0x9e3779b1) ^ 0x811c9dc5;
  let b = Math.imul(key, 0x85ebca6b) ^ 0xdeadbeef;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 15;
  }
  return [first ^ a, second ^ b];
}
