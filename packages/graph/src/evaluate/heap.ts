import type { Machine } from "./machine.ts";
import { type Path, tainted } from "./path.ts";
import { type Cell, constant, list, PROTOTYPE, unionOf, unknown, type Value, valueKey } from "./value.ts";

/** A new object with this content. */
export function allocate(machine: Machine, path: Path, cell: Cell): { readonly value: Value; readonly path: Path } {
  const id = machine.next();
  return { value: { kind: "object", id }, path: { ...path, heap: path.heap.with(id, cell) } };
}

export function cellOf(value: Value, path: Path): Cell | undefined {
  return value.kind === "object" ? path.heap.get(value.id) : undefined;
}

export function write(path: Path, value: Value, cell: Cell): Path {
  return value.kind === "object" ? { ...path, heap: path.heap.with(value.id, cell) } : path;
}

/** Every object that can be reached from these values, itself included. */
export function reachable(values: readonly Value[], path: Path): readonly Value[] {
  const found = new Map<Value, true>();
  const seen = new Set<number>();
  const visit = (value: Value): void => {
    if (value.kind === "union") {
      for (const one of value.of) visit(one);
      return;
    }
    if (value.kind === "object") {
      if (seen.has(value.id)) return;
      seen.add(value.id);
    }
    found.set(value, true);
    if (value.kind === "method") visit(value.of);
    if (value.kind === "function") for (const one of value.bound ?? []) visit(one);
    const cell = cellOf(value, path);
    if (cell) for (const one of [...cell.props.values(), ...cell.items, ...(cell.rest ? [cell.rest] : [])]) visit(one);
  };
  for (const value of values) visit(value);
  return [...found.keys()];
}

/** After code that is not here had these values in hand. */
export function taint(path: Path, values: readonly Value[]): Path {
  return reachable(values, path).reduce((at, value) => {
    const cell = cellOf(value, at);
    return cell ? write(at, value, tainted(cell)) : at;
  }, path);
}

/** The items of a list: as they are, or one that stands for all. */
export function itemsOf(value: Value, path: Path): { readonly items: readonly Value[]; readonly exact: boolean } {
  const cell = cellOf(value, path);
  // What a map holds comes in pairs.
  if (cell === undefined || cell.type === "record" || cell.type === "map") return { items: [unknown()], exact: false };
  return { items: cell.items, exact: cell.exact };
}

/** The same for whatever goes through something: a map gives pairs. */
export function iterated(
  machine: Machine,
  value: Value,
  path: Path,
): { readonly items: readonly Value[]; readonly exact: boolean; readonly path: Path } {
  const cell = cellOf(value, path);
  if (cell?.type !== "map" || !isComplete(cell)) return { ...itemsOf(value, path), path };
  const items: Value[] = [];
  let at = path;
  for (const [key, item] of cell.props) {
    const pair = pairOf(machine, key, item, at);
    items.push(pair.value);
    at = pair.path;
  }
  return { items, exact: true, path: at };
}

/** Whether the source tells every key of a map. */
export function isComplete({ exact, items, props }: Cell): boolean {
  return exact && props.size === items.length;
}

/** Each value once, as a set holds them. */
export function distinct(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.map((value) => [valueKey(value), value])).values()];
}

/** Own keys and values, in order; undefined when the source does not tell all of them. */
export function entriesOf(value: Value, path: Path): readonly (readonly [string, Value])[] | undefined {
  const cell = cellOf(value, path);
  if (cell === undefined || cell.rest !== undefined || cell.type === "map" || cell.type === "set") return undefined;
  if (cell.type === "list") return cell.exact ? cell.items.map((item, index) => [String(index), item]) : undefined;
  return inKeyOrder(cell.props).filter(([name]) => !name.startsWith(PROTOTYPE));
}

/** As the language goes through the keys of an object: whole numbers first, in their order. */
export function inKeyOrder(props: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  const numbers = [...props].filter(([name]) => isIndex(name)).toSorted(([a], [b]) => Number(a) - Number(b));
  return numbers.length === 0 ? [...props] : [...numbers, ...[...props].filter(([name]) => !isIndex(name))];
}

function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(name) && Number(name) < 4_294_967_295;
}

export function pairOf(
  machine: Machine,
  key: string,
  value: Value,
  path: Path,
): { readonly value: Value; readonly path: Path } {
  return allocate(machine, path, list([constant(key), value]));
}

/** Copies what an object holds over a record, as `...object` does. */
export function spreadInto(into: Cell, from: Value, path: Path): Cell {
  if (from.kind === "constant" || from.kind === "function" || from.kind === "class") return into;
  const cell = cellOf(from, path);
  if (cell === undefined)
    return { ...into, rest: unionOf([...(into.rest ? [into.rest] : []), from.kind === "unknown" ? from : unknown()]) };
  if (cell.type !== "record")
    return cell.exact && cell.type === "list" ? spreadItems(into, cell) : { ...into, rest: unknown() };
  const rest = cell.rest ?? into.rest;
  return {
    ...into,
    // What is spread over may replace what is there by something the source does not tell.
    props: new Map([...overwritten(into, cell), ...cell.props]),
    places: new Map([...into.places, ...cell.places]),
    ...(rest ? { rest } : {}),
  };
}

function overwritten({ props }: Cell, { rest }: Cell): Iterable<readonly [string, Value]> {
  return rest ? [...props].map(([name, value]): readonly [string, Value] => [name, unionOf([value, rest])]) : props;
}

function spreadItems(into: Cell, { items }: Cell): Cell {
  const added = items.map((item, index): readonly [string, Value] => [String(index), item]);
  return { ...into, props: new Map([...into.props, ...added]) };
}
