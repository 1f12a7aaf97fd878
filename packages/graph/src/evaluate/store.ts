/** A map that never changes: what was there before, and what a path has written on top. */
export class Store<Value> {
  readonly #base: ReadonlyMap<number, Value>;
  readonly #written: ReadonlyMap<number, Value>;

  constructor(base: ReadonlyMap<number, Value> = new Map(), written: ReadonlyMap<number, Value> = new Map()) {
    this.#base = base;
    this.#written = written;
  }

  get(key: number): Value | undefined {
    return this.#written.get(key) ?? this.#base.get(key);
  }

  with(key: number, value: Value): Store<Value> {
    return new Store(this.#base, new Map(this.#written).set(key, value));
  }

  written(): ReadonlyMap<number, Value> {
    return this.#written;
  }

  /** Without what was written under other keys. */
  filtered(isKept: (key: number) => boolean): Store<Value> {
    return new Store(this.#base, new Map([...this.#written].filter(([key]) => isKept(key))));
  }

  /** The same with nothing on top: where the paths of a step begin. */
  settled(): Store<Value> {
    return new Store(new Map([...this.#base, ...this.#written]));
  }
}
