/** Names of components, each given out once. */
export class ComponentNames {
  readonly #taken: Set<string>;

  /** `taken`: names that stand for something else already. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** The wanted name as a document may have it, with a number where it is taken. */
  unused(wanted: string): string {
    const plain = wanted.replaceAll(/[^A-Za-z0-9._-]/g, "_");
    let name = plain;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${plain}${count}`;
    this.#taken.add(name);
    return name;
  }
}
