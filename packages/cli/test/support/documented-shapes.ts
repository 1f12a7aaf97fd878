import { readFileSync } from "node:fs";
import { isRecord } from "@stephooks/core";
import { expect } from "vitest";

/** What a value may be: any, a list, an object of these keys, or one of several. */
type Shape =
  | { readonly kind: "any" }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "object"; readonly keys: ReadonlyMap<string, Key>; readonly open: boolean }
  | { readonly kind: "either"; readonly shapes: readonly Shape[] };

interface Key {
  readonly shape: Shape;
  readonly optional: boolean;
}

/** Whether what a command printed with --json is as the page says. */
export function expectDocumented(command: string, answer: unknown): void {
  const shape = documentedShapes().get(command);
  if (shape === undefined) throw new Error(`no JSON of ${command} is documented`);
  expect(misfits(answer, shape), command).toEqual([]);
}

/** The shapes that the page about the command line documents for `--json`, by command, such as `workflow list`. */
export function documentedShapes(): ReadonlyMap<string, Shape> {
  const page = readFileSync(new URL("../../../stephooks/docs/cli.md", import.meta.url), "utf8");
  const [, block = ""] = /^## What `--json` prints\n[^]*?```text\n([^]*?)```/m.exec(page) ?? [];
  const rows = block
    .replaceAll(/\n +/g, " ")
    .split("\n")
    .flatMap((line) => /^([A-Za-z]+(?: [a-z]+)?) {2,}(.+)$/.exec(line)?.slice(1) ?? []);
  const shapes = new Map<string, Shape>();
  for (let row = 0; row < rows.length; row += 2)
    shapes.set(rows[row] ?? "", new Reader(rows[row + 1] ?? "", shapes).read());
  return shapes;
}

class Reader {
  readonly #tokens: string[];
  readonly #known: ReadonlyMap<string, Shape>;

  constructor(text: string, known: ReadonlyMap<string, Shape>) {
    this.#tokens = text.match(/\.\.\.|[A-Za-z0-9]+|[^\sA-Za-z0-9]/g) ?? [];
    this.#known = known;
  }

  read(): Shape {
    const shapes = [this.#one()];
    while (this.#skip("|")) shapes.push(this.#one());
    if (this.#tokens.length > 0) throw new Error(`not understood: ${this.#tokens.join(" ")}`);
    return shapes.length === 1 ? (shapes[0] ?? { kind: "any" }) : { kind: "either", shapes };
  }

  #one(): Shape {
    if (this.#skip("[")) {
      const of = this.#one();
      this.#expect("]");
      return { kind: "list", of };
    }
    return this.#skip("{") ? this.#object() : this.#named();
  }

  #object(): Shape {
    const keys = new Map<string, Key>();
    let open = false;
    do {
      if (this.#skip("...")) {
        if (this.#tokens[0] === "}") open = true;
        else for (const [name, key] of this.#keysOf(this.#named())) keys.set(name, key);
        continue;
      }
      const name = this.#tokens.shift() ?? "";
      const optional = this.#skip("?");
      keys.set(name, { optional, shape: this.#skip(":") ? this.#one() : { kind: "any" } });
    } while (this.#skip(","));
    this.#expect("}");
    return { kind: "object", keys, open };
  }

  #keysOf(shape: Shape): ReadonlyMap<string, Key> {
    if (shape.kind === "object") return shape.keys;
    throw new Error("only the keys of an object can be taken over");
  }

  #named(): Shape {
    const name = this.#tokens.shift() ?? "";
    const known = this.#known.get(name);
    if (known === undefined) throw new Error(`no shape ${name}`);
    return known;
  }

  #skip(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    if (!this.#skip(token)) throw new Error(`${token} expected before ${this.#tokens.join(" ")}`);
  }
}

/** What about the value is not as documented, by path; nothing when all is. */
function misfits(value: unknown, shape: Shape, path = "answer"): readonly string[] {
  switch (shape.kind) {
    case "any":
      return [];
    case "list":
      if (!Array.isArray(value)) return [`${path} is no list`];
      return value.flatMap((each: unknown, index) => misfits(each, shape.of, `${path}[${index}]`));
    case "either": {
      const found = shape.shapes.map((each) => misfits(value, each, path));
      return found.toSorted((a, b) => a.length - b.length)[0] ?? [];
    }
    case "object": {
      if (!isRecord(value)) return [`${path} is no object`];
      const extra = shape.open ? [] : Object.keys(value).filter((name) => !shape.keys.has(name));
      return [
        ...extra.map((name) => `${path}.${name} is not documented`),
        ...[...shape.keys].flatMap(([name, key]) => {
          if (value[name] !== undefined) return misfits(value[name], key.shape, `${path}.${name}`);
          return key.optional ? [] : [`${path}.${name} is missing`];
        }),
      ];
    }
  }
}
